-- Registers a process in groups, or renews its registrations. KEYS: groups.
-- ARGV: process, new version, expiry, how many messages an entry of its inbox may contain.
for _, group in ipairs(KEYS) do
  if redis.call('HSETNX', group, 'p' .. ARGV[1], ARGV[4]) == 1 then
    redis.call('HSET', group, 'v', ARGV[2])
  end
  redis.call('PEXPIRE', group, ARGV[3])
end
return {}
