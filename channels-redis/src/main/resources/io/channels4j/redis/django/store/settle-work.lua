-- Ends claims. KEYS: queue, deadlines of the claims, claimed entries. ARGV: the expiry of messages in seconds; for each claim, the first
-- 12 bytes of the entry, and what to do: 'done', 'return' to move the entry to the end of the queue, or a score to put it back in place.
-- Returns the number of claims that existed.
local time = now()
local expiry = tonumber(ARGV[1])
local ended = 0
for i = 2, #ARGV, 2 do
  local entry = redis.call('HGET', KEYS[3], ARGV[i])
  ended = ended + redis.call('ZREM', KEYS[2], ARGV[i])
  redis.call('HDEL', KEYS[3], ARGV[i])
  if entry and ARGV[i + 1] ~= 'done' then
    if ARGV[i + 1] == 'return' then
      append(KEYS[1], returned(entry), time, expiry)
    else
      redis.call('ZADD', KEYS[1], ARGV[i + 1], entry)
    end
    expire(KEYS[1], expiry)
  end
end
return {ended}
