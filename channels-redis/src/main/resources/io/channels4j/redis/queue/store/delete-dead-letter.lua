-- Deletes a dead letter. KEYS: dead letters, their size. ARGV: id.
-- Returns 1, or 0 if there is no such dead letter.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if not entry then
  return {0}
end
redis.call('XDEL', KEYS[1], ARGV[1])
redis.call('DECRBY', KEYS[2], #entry[2][2])
return {1}
