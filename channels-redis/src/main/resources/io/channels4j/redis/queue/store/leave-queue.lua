-- Returns all unacknowledged messages of a process to the end of a queue, and removes the process from the queue's consumers.
-- KEYS: queue. ARGV: process; the ids of the messages that a call took.
if redis.call('EXISTS', KEYS[1]) == 0 or #redis.call('XINFO', 'GROUPS', KEYS[1]) == 0 then
  return {0}
end
local taken = {}
for i = 2, #ARGV do
  taken[ARGV[i]] = 1
end
local count = 0
local pending = redis.call('XPENDING', KEYS[1], 'w', '-', '+', 500, ARGV[1])
while #pending > 0 do
  for _, entry in ipairs(pending) do
    give_back(KEYS[1], entry[1], taken[entry[1]] or 0)
    count = count + 1
  end
  pending = redis.call('XPENDING', KEYS[1], 'w', '-', '+', 500, ARGV[1])
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], 'w', ARGV[1])
return {count}
