-- Creates the stream of work in one format that some processes cannot read, and its consumer group, unless they exist.
-- KEYS: held work. ARGV: life of the stream while it is empty.
redis.pcall('XGROUP', 'CREATE', KEYS[1], 'w', '0-0', 'MKSTREAM')
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return {}
