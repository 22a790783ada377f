-- The previous version stored only the message. KEYS and ARGV as in the current version.
if KEYS[2] and redis.call('ZREM', KEYS[2], ARGV[5]) == 0 then
  return {-2, 0, 0}
end
redis.call('XADD', KEYS[1], '*', 'm', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {1, 0, 0}
