-- Returns the members of a group. KEYS: group. ARGV: the expiry of memberships in seconds.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.6f', now() - tonumber(ARGV[1])))
return redis.call('ZRANGE', KEYS[1], 0, -1)
