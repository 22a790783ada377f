-- Moves a delayed message to the inbox of its process. KEYS: leases, inbox, delayed.
-- ARGV: process, payload, capacity, expiry, lease, and the delayed member.
-- Returns 1 if it was delivered, 0 if the process is dead, -1 if the inbox is full, -2 if another process sent the delayed
-- message; and the number of expired messages.
if redis.call('ZREM', KEYS[3], ARGV[6]) == 0 then
  return {-2, 0}
end
local now = clock()
if not alive(KEYS[1], ARGV[1], now) then
  return {0, 0}
end
local room, expired = deliver(KEYS[2], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), now)
return {room and 1 or -1, expired}
