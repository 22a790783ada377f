-- Returns the unacknowledged messages of dead processes to a queue. KEYS: queue, leases.
-- ARGV: life of the queue, 1 if the queue lives on while it has messages, else 0.
-- Returns the number of messages.
if redis.call('EXISTS', KEYS[1]) == 0 or #redis.call('XINFO', 'GROUPS', KEYS[1]) == 0 then
  return {0}
end
local now = clock()
local count = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], 'w')) do
  local process = consumer[2]
  if not alive(KEYS[2], process, now) then
    local pending = redis.call('XPENDING', KEYS[1], 'w', '-', '+', 500, process)
    for _, entry in ipairs(pending) do
      give_back(KEYS[1], entry[1], 1)
      count = count + 1
    end
    if #pending < 500 then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[1], 'w', process)
    end
  end
end
if ARGV[2] == '0' or redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return {count}
