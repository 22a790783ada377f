-- Gives messages back. KEYS: queue. ARGV: 1 when a worker had them, or 0, and their ids.
for i = 2, #ARGV do
  give_back(KEYS[1], ARGV[i], tonumber(ARGV[1]))
end
return {}
