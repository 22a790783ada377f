-- Stores a message until it is due. KEYS: delayed. ARGV: member, delay, capacity, life of the key after its last message is due.
-- Returns the time at which the message is due, or -1 if the capacity was reached; and the number of messages stored before.
local waiting = redis.call('ZCARD', KEYS[1])
if waiting >= tonumber(ARGV[3]) then
  return {-1, waiting}
end
local due = clock() + ARGV[2]
redis.call('ZADD', KEYS[1], whole(due), ARGV[1])
local life = ARGV[2] + ARGV[4]
if redis.call('PTTL', KEYS[1]) < life then
  redis.call('PEXPIRE', KEYS[1], whole(life))
end
return {due, waiting}
