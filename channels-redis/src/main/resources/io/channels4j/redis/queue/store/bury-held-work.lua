-- Moves held work to the dead letters when no process has been able to read it for some time.
-- KEYS: held work, formats of the queue's held work, dead letters, their size.
-- ARGV: format, time, name of the queue, limits of the dead letters.
-- Returns the number of messages, and the number of removed dead letters.
local count = 0
local removed = 0
local old = redis.call('XRANGE', KEYS[1], '-', whole(clock() - ARGV[2]), 'COUNT', 100)
local group = #old > 0 and redis.pcall('XINFO', 'GROUPS', KEYS[1])
for _, entry in ipairs(old) do
  local pending = #group > 0 and redis.call('XPENDING', KEYS[1], 'w', entry[1], entry[1], 1)
  if not pending or #pending == 0 then
    removed = removed + bury(KEYS[3], KEYS[4], entry[2], 0, ARGV[3], 'unreadable', {ARGV[4], ARGV[5]})
    remove(KEYS[1], entry[1])
    count = count + 1
  end
end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('SREM', KEYS[2], ARGV[1])
end
return {count, removed}
