-- Sends to a work queue. KEYS: queue, and delayed when the message waited there.
-- ARGV: payload, capacity, expiry, life, and the delayed member.
-- Returns 1 when it has it, -1 when it is full, -2 when another took the delayed message; its length; how many had expired.
if KEYS[2] and redis.call('ZREM', KEYS[2], ARGV[5]) == 0 then
  return {-2, 0, 0}
end
local room, length, expired =
  enqueue(KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], clock())
return {room and 1 or -1, length, expired}
