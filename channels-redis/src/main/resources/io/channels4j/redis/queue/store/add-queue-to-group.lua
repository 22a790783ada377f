-- Adds a work queue to a group. KEYS: group. ARGV: member, encrypted name, new version, expiry.
-- The stored value is the time at which the queue leaves the group, in 16 digits, followed by the encrypted name.
local ends = string.format('%016.0f', clock() + ARGV[4])
redis.call('HSET', KEYS[1], ARGV[1], ends .. ARGV[2], 'v', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {}
