-- Renews a process's lease. KEYS: leases, inbox, wake, delayed. ARGV: process, lease.
-- Returns 1 if the lease had not expired, else 0; the current time; and when the first delayed message is due, or -1.
local now = clock()
local lease = tonumber(ARGV[2])
local held = alive(KEYS[1], ARGV[1], now) and 1 or 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - lease))
redis.call('ZADD', KEYS[1], whole(now + lease), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 4 * lease)
redis.call('PEXPIRE', KEYS[2], 2 * lease)
redis.call('PEXPIRE', KEYS[3], 2 * lease)
local first = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')
return {held, now, tonumber(first[2]) or -1}
