-- Moves a delayed message to the dead letters. Its queue is not known. KEYS: delayed, dead letters, their size.
-- ARGV: member, payload, format, limits of the dead letters.
-- Returns 1, or 0 if another process has moved it; and the number of removed dead letters.
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then
  return {0, 0}
end
local fields = {'m', ARGV[2], 'n', '0', 'f', ARGV[3]}
return {1, bury(KEYS[2], KEYS[3], fields, 0, nil, 'unreadable', {ARGV[4], ARGV[5]})}
