-- Sends one message to a group. All inboxes are known to have room. KEYS: the group, the inboxes.
-- ARGV: the sender's version of the group, the payload, lease.
-- Returns nothing, or the members of the group if the sender's version is outdated. The message is then not sent.
if (redis.call('HGET', KEYS[1], 'v') or '') ~= ARGV[1] then
  return {redis.call('HGETALL', KEYS[1])}
end
for i = 2, #KEYS do
  if not redis.call('XADD', KEYS[i], 'NOMKSTREAM', '*', 'm', ARGV[2]) then
    redis.call('XADD', KEYS[i], '*', 'm', ARGV[2]) -- Redis has evicted the inbox, or the process has just ended
    redis.call('PEXPIRE', KEYS[i], 2 * ARGV[3])
  end
end
return {}
