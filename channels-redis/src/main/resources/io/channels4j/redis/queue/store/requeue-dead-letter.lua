-- Returns a dead letter to the end of its queue. KEYS: dead letters, their size, queue. ARGV: id, life of the queue.
-- Returns 1, or 0 if there is no such dead letter.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry then
  return {0}
end
local fields = entry[2]
redis.call('XADD', KEYS[3], '*', 'm', fields[2], 'n', '0', 'f', field(fields, 'f', ''))
redis.call('PEXPIRE', KEYS[3], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('DECRBY', KEYS[2], #fields[2])
return {1}
