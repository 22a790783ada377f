-- Renews a process's lease. KEYS: leases, inbox, wake, delayed. ARGV: process, lease, the id that this process read last.
-- Returns 1 if the lease had not expired, else 0; the current time; when the first delayed message is due, or -1; and 1 if the inbox
-- is the one that this process created and has all that it read, else 0. An inbox without a consumer group was created by a sender after
-- Redis had evicted it. An inbox that lacks what was read belongs to a replica that was behind its master. New entries must have later ids,
-- which the clock of another server does not ensure.
local function number(id)
  local millis, sequence = string.match(id, '(%d+)-(%d+)')
  return tonumber(millis), tonumber(sequence)
end

local function earlier(id, other)
  local millis, sequence = number(id)
  local other_millis, other_sequence = number(other)
  return millis < other_millis or millis == other_millis and sequence < other_sequence
end

local now = clock()
local lease = tonumber(ARGV[2])
local held = alive(KEYS[1], ARGV[1], now) and 1 or 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - lease))
redis.call('ZADD', KEYS[1], whole(now + lease), ARGV[1])
redis.call('PEXPIRE', KEYS[1], whole(math.max(4 * lease, 86400000))) -- volatile-ttl evicts the keys that expire first
local known = redis.call('EXISTS', KEYS[2]) == 1 and #redis.call('XINFO', 'GROUPS', KEYS[2]) > 0
if not known then
  redis.call('XGROUP', 'CREATE', KEYS[2], 'r', '$', 'MKSTREAM')
end
if earlier(last_added(KEYS[2]), ARGV[3]) then
  redis.call('XSETID', KEYS[2], ARGV[3])
  known = false
end
redis.call('PEXPIRE', KEYS[2], 2 * lease)
redis.call('PEXPIRE', KEYS[3], 2 * lease)
local first = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')
return {held, now, tonumber(first[2]) or -1, known and 1 or 0}
