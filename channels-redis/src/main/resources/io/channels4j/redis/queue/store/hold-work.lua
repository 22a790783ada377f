-- Moves a message that this process cannot read to the held work in its format, which only processes that can read it receive.
-- It becomes a dead letter if too many are held already. Held work does not expire.
-- KEYS: queue, held work, formats of the queue's held work, dead letters, their size.
-- ARGV: id, format, capacity, name of the queue, limits of the dead letters.
-- Returns 1 if it is held, 2 if it became a dead letter, 0 if it no longer exists; and the number of removed dead letters.
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
local result = 0
local removed = 0
if entry then
  local fields = entry[2]
  if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[3]) then
    removed = bury(KEYS[4], KEYS[5], fields, 0, ARGV[4], 'unreadable', {ARGV[5], ARGV[6]})
    result = 2
  else
    redis.call('XADD', KEYS[2], '*', 'm', fields[2], 'n', field(fields, 'n', '0'), 'f', ARGV[2])
    redis.call('PERSIST', KEYS[2])
    redis.call('SADD', KEYS[3], ARGV[2])
    result = 1
  end
end
remove(KEYS[1], ARGV[1])
return {result, removed}
