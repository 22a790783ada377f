-- Gives messages back that nobody here took. KEYS: queue. ARGV: their ids.
for _, id in ipairs(ARGV) do
  give_back(KEYS[1], id)
end
return {}
