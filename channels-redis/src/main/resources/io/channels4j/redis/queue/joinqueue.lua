-- Adds a work queue to a group. KEYS: group. ARGV: member, its name as the senders read it, new version, life.
-- The value begins with the time of its end, in 16 digits.
local ends = string.format('%016.0f', clock() + ARGV[4])
redis.call('HSET', KEYS[1], ARGV[1], ends .. ARGV[2], 'v', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {}
