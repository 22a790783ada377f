-- Adds members to a group, or renews their memberships. KEYS: group. ARGV: the expiry of memberships in seconds; for each member, the
-- number of seconds since it joined, and its name. Returns the number of members that were not in the group.
local time = now()
local added = 0
for i = 2, #ARGV, 2 do
  added = added + redis.call('ZADD', KEYS[1], string.format('%.6f', time - tonumber(ARGV[i])), ARGV[i + 1])
end
expire(KEYS[1], tonumber(ARGV[1]))
return {added}
