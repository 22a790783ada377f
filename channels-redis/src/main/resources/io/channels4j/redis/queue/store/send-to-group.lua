-- Sends to all processes of a group in one atomic step. Drops the message for a process whose inbox is full.
-- KEYS: group, leases, inbox of each process.
-- ARGV: the sender's version of the group, payload, inbox capacity, expiry, lease, new version, process of each inbox.
-- Returns 0 and the members if the sender's version is outdated; else 1, the number of full inboxes, the number of expired messages,
-- the number of inboxes that have the message, and the current time.
local group = KEYS[1]
if (redis.call('HGET', group, 'v') or '') ~= ARGV[1] then
  return {0, redis.call('HGETALL', group)}
end
local now = clock()
local full = 0
local expired_messages = 0
local added = 0
local dead = false
for i = 3, #KEYS do
  local process = ARGV[i + 4]
  if alive(KEYS[2], process, now) then
    local room, expired = deliver(KEYS[i], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), now)
    expired_messages = expired_messages + expired
    if room then
      added = added + 1
    else
      full = full + 1
    end
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
return {1, full, expired_messages, added, now}
