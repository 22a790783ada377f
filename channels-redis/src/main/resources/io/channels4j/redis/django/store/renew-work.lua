-- Renews claims. KEYS: deadlines of the claims, claimed entries. ARGV: the lease in seconds; how long claims are kept, in seconds; the
-- first 12 bytes of each claimed entry. Returns the number of claims that no longer exist.
local lost = 0
local deadline = string.format('%.6f', now() + tonumber(ARGV[1]))
for i = 3, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    redis.call('ZADD', KEYS[1], deadline, ARGV[i])
  else
    lost = lost + 1
  end
end
expire(KEYS[1], tonumber(ARGV[2]))
expire(KEYS[2], tonumber(ARGV[2]))
return {lost}
