-- Removes one member from each group. KEYS: groups. ARGV: new version, the member to remove from each group.
for i, group in ipairs(KEYS) do
  if redis.call('HDEL', group, ARGV[i + 1]) == 1 then
    if redis.call('HLEN', group) == 1 then
      redis.call('DEL', group)
    else
      redis.call('HSET', group, 'v', ARGV[1])
    end
  end
end
return {}
