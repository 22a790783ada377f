-- Returns messages to the end of their queue. KEYS: queue. ARGV: 1 if a worker took them, else 0; their ids.
for i = 2, #ARGV do
  give_back(KEYS[1], ARGV[i], tonumber(ARGV[1]))
end
return {}
