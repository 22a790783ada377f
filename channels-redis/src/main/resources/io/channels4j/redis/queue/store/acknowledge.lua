-- Removes acknowledged messages from a queue. KEYS: queue. ARGV: their ids.
redis.call('XDEL', KEYS[1], unpack(ARGV))
redis.call('XACK', KEYS[1], 'w', unpack(ARGV))
return {}
