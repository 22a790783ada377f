-- Takes entries from a plain channel. Their claims must be renewed. KEYS: queue, deadlines of the claims, claimed entries. ARGV: the
-- expiry of messages in seconds; the lease in seconds; how long claims are kept, in seconds; the maximum number of entries; an entry that
-- this process has already removed from the queue, or ''; its score. Returns the number of messages that had expired, the number of
-- entries that were returned to the queue because their claims had expired, and for each entry its score and the entry.
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
local function claim(entry, score)
  local id = string.sub(entry, 1, 12)
  redis.call('ZADD', KEYS[2], string.format('%.6f', time + tonumber(ARGV[2])), id)
  redis.call('HSET', KEYS[3], id, entry)
  reply[#reply + 1] = score
  reply[#reply + 1] = entry
end
local left = tonumber(ARGV[4])
if ARGV[5] ~= '' then
  claim(ARGV[5], ARGV[6])
  left = left - 1
end
if left > 0 then
  local popped = redis.call('ZPOPMIN', KEYS[1], left)
  for i = 1, #popped, 2 do
    claim(popped[i], popped[i + 1])
  end
end
expire(KEYS[2], tonumber(ARGV[3]))
expire(KEYS[3], tonumber(ARGV[3]))
return reply
