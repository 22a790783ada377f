-- Sends to all processes of a group in one atomic step. Drops the message for a process whose inbox is full.
-- KEYS: group, leases, inbox of each process.
-- ARGV: the sender's version of the group, payload, inbox capacity, expiry, lease, new version, process of each inbox.
-- Returns 0 and the members if the sender's version is outdated; else 1, the number of dropped messages, and the current time.
local group = KEYS[1]
if (redis.call('HGET', group, 'v') or '') ~= ARGV[1] then
  return {0, redis.call('HGETALL', group)}
end
local now = clock()
local dropped = 0
local dead = false
for i = 3, #KEYS do
  local process = ARGV[i + 4]
  if alive(KEYS[2], process, now) then
    local room, expired = deliver(KEYS[i], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), now)
    dropped = dropped + expired + (room and 0 or 1)
  else
    redis.call('HDEL', group, 'p' .. process)
    dead = true
  end
end
if dead then
  if redis.call('HLEN', group) == 1 then
    redis.call('DEL', group)
  else
    redis.call('HSET', group, 'v', ARGV[6])
  end
end
return {1, dropped, now}
