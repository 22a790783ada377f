-- Returns the indexes of the groups in which a process is not registered. Reading a group makes its eviction less likely. KEYS: groups.
-- ARGV: process.
local missing = {}
for i, group in ipairs(KEYS) do
  if redis.call('HEXISTS', group, 'p' .. ARGV[1]) == 0 then
    missing[#missing + 1] = i
  end
end
return missing
