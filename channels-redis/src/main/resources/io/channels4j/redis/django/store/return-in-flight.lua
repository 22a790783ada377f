-- Returns the messages of dead Django workers to the queue. KEYS: queue, messages in flight. ARGV: the expiry of messages in seconds; the
-- first 12 bytes of each entry that has been in flight for too long. Returns the first 12 bytes of the entries that are still in flight.
local stale = {}
for i = 2, #ARGV do
  stale[ARGV[i]] = true
end
remove_expired(KEYS[2], now(), tonumber(ARGV[1]))
local reply = {}
local entries = redis.call('ZRANGE', KEYS[2], 0, 99, 'WITHSCORES')
for i = 1, #entries, 2 do
  local id = string.sub(entries[i], 1, 12)
  if stale[id] then
    redis.call('ZREM', KEYS[2], entries[i])
    redis.call('ZADD', KEYS[1], entries[i + 1], entries[i])
    expire(KEYS[1], tonumber(ARGV[1]))
  else
    reply[#reply + 1] = id
  end
end
expire(KEYS[2], tonumber(ARGV[1])) -- Django sets no expiry
return reply
