-- Moves messages of a queue to the dead letters. KEYS: queue, dead letters, their size.
-- ARGV: name of the queue, reason, limits of the dead letters, 1 if a call took the messages, else 0; their ids.
-- Returns the number of messages, and the number of removed dead letters.
local count = 0
local removed = 0
for i = 6, #ARGV do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry then
    removed = removed + bury(KEYS[2], KEYS[3], entry[2], tonumber(ARGV[5]), ARGV[1], ARGV[2], {ARGV[3], ARGV[4]})
    count = count + 1
  end
  remove(KEYS[1], ARGV[i])
end
return {count, removed}
