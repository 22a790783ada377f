-- Adds entries to queues. KEYS: queues. ARGV: the expiry of messages in seconds; for each queue, its capacity and the entry. Returns the
-- number of queues that were full, and the number of messages that had expired.
local time = now()
local expiry = tonumber(ARGV[1])
local full, expired = 0, 0
for i = 1, #KEYS do
  expired = expired + remove_expired(KEYS[i], time, expiry)
  if redis.call('ZCARD', KEYS[i]) < tonumber(ARGV[2 * i]) then
    append(KEYS[i], ARGV[2 * i + 1], time, expiry)
    expire(KEYS[i], expiry)
  else
    full = full + 1
  end
end
return {full, expired}
