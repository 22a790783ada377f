-- Sends to one process. KEYS: leases, inbox, and delayed when the message waited there.
-- ARGV: process, payload, capacity, expiry, lease, and the delayed member.
-- Returns 1 when it has it, 0 when the process is gone, -1 when the inbox is full, -2 when another took the delayed message;
-- and how many messages there had expired.
if KEYS[3] and redis.call('ZREM', KEYS[3], ARGV[6]) == 0 then
  return {-2, 0}
end
local now = clock()
if not alive(KEYS[1], ARGV[1], now) then
  return {0, 0}
end
local room, expired = deliver(KEYS[2], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), now)
return {room and 1 or -1, expired}
