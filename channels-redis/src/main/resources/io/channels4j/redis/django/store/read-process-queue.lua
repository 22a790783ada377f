-- Returns the first entries of this process's queue without removing them, so that a lost reply loses no message. KEYS: queue. ARGV: the
-- expiry of messages in seconds; the maximum number of entries; the maximum number of bytes; the first 12 bytes of each entry to remove
-- because it was read. Returns the number of messages that had expired, and the entries.
local read = {}
for i = 4, #ARGV do
  read[ARGV[i]] = true
end
local left = #ARGV - 3
local from = 0
while left > 0 do
  local entries = redis.call('ZRANGE', KEYS[1], from, from + 255)
  if #entries == 0 then
    break
  end
  for _, entry in ipairs(entries) do
    if read[string.sub(entry, 1, 12)] then
      redis.call('ZREM', KEYS[1], entry)
      left = left - 1
    else
      from = from + 1
    end
  end
end
local reply = {remove_expired(KEYS[1], now(), tonumber(ARGV[1]))}
local bytes = 0
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)) do
  bytes = bytes + #entry
  if #reply > 1 and bytes > tonumber(ARGV[3]) then
    break
  end
  reply[#reply + 1] = entry
end
return reply
