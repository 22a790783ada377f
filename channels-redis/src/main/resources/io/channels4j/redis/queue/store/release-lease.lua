-- Releases a process's lease and deletes its streams. KEYS: leases, inbox, wake. ARGV: process.
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2], KEYS[3])
return {}
