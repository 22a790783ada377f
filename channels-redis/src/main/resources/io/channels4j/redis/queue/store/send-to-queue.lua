-- Sends to a work queue. KEYS: queue, and delayed if the message is a delayed one.
-- ARGV: payload, capacity, expiry, life, the delayed member, and the format of the payload.
-- Returns 1 if it was added, -1 if the queue is full, -2 if another process sent the delayed message; the length of the queue;
-- the number of expired messages; the id or an empty text.
if KEYS[2] and redis.call('ZREM', KEYS[2], ARGV[5]) == 0 then
  return {-2, 0, 0, ''}
end
local id, length, expired =
  enqueue(KEYS[1], ARGV[1], ARGV[6], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], clock())
return {id and 1 or -1, length, expired, id or ''}
