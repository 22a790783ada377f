-- Returns a dead letter to the delayed messages. It is due immediately. KEYS: dead letters, their size, delayed.
-- ARGV: id, member, life of the key after its last message is due.
-- Returns 1, or 0 if there is no such dead letter.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry then
  return {0}
end
redis.call('ZADD', KEYS[3], whole(clock()), ARGV[2])
if redis.call('PTTL', KEYS[3]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
end
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('DECRBY', KEYS[2], #entry[2][2])
return {1}
