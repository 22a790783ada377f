-- Takes entries from a plain channel. Their claims must be renewed. KEYS: queue, deadlines of the claims, claimed entries. ARGV: the
-- expiry of messages in seconds; the lease in seconds; how long claims are kept, in seconds; the maximum number of entries. Returns the
-- number of messages that had expired, the number of entries that were returned to the queue because their claims had expired, and for
-- each entry its score and the entry.
local time = now()
local expiry = tonumber(ARGV[1])
local overdue = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.6f', time), 'LIMIT', 0, 100)
for _, id in ipairs(overdue) do
  local entry = redis.call('HGET', KEYS[3], id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('HDEL', KEYS[3], id)
  if entry then
    append(KEYS[1], returned(entry), time, expiry)
    expire(KEYS[1], expiry)
  end
end
local reply = {remove_expired(KEYS[1], time, expiry), #overdue}
local popped = redis.call('ZPOPMIN', KEYS[1], ARGV[4])
for i = 1, #popped, 2 do
  local id = string.sub(popped[i], 1, 12)
  redis.call('ZADD', KEYS[2], string.format('%.6f', time + tonumber(ARGV[2])), id)
  redis.call('HSET', KEYS[3], id, popped[i])
  reply[#reply + 1] = popped[i + 1]
  reply[#reply + 1] = popped[i]
end
expire(KEYS[2], tonumber(ARGV[3]))
expire(KEYS[3], tonumber(ARGV[3]))
return reply
