-- Sends messages to groups and processes, in order and in one atomic step. Drops a message for a process whose inbox is full.
-- KEYS: leases, the groups, the inboxes.
-- ARGV: number of groups, inbox capacity, expiry, lease, new version, 1 if the current time is required; for each inbox, its process,
-- 1 if it must be checked, and how many messages an entry may contain; for each group, the sender's version of it, the number of its
-- inboxes, and their positions; for each message, the position of its group or the negative position of its inbox, and the payload.
-- A check determines whether the process is alive, and removes expired messages.
-- Returns the current time or 0; the number of expired messages; for each message, the number of full inboxes and the number of inboxes
-- that have it; for each inbox, the remaining time of the lease, 0 if it was not checked, or -1 if the process is dead; for each group of
-- which the sender's version is outdated, its position and members; for each inbox, its length, or -1 if nothing was sent to it; and the
-- number of processes, or 0 if no inbox was checked. Messages to an outdated group are not sent.
local groups = tonumber(ARGV[1])
local inboxes = #KEYS - 1 - groups
local capacity, expiry, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = ARGV[6] == '1' and clock() or 0
local expired = 0
local at = 7 + 3 * inboxes

local receivers, outdated = {}, {}
for g = 1, groups do
  local count = tonumber(ARGV[at + 1])
  if (redis.call('HGET', KEYS[1 + g], 'v') or '') == ARGV[at] then
    local positions = {}
    for i = 1, count do
      positions[i] = tonumber(ARGV[at + 1 + i])
    end
    receivers[g] = positions
  else
    outdated[#outdated + 1] = g
    outdated[#outdated + 1] = redis.call('HGETALL', KEYS[1 + g])
  end
  at = at + 2 + count
end

local payloads, results, pending = {}, {}, {}
for m = 1, (#ARGV - at + 1) / 2 do
  local target = tonumber(ARGV[at])
  payloads[m] = ARGV[at + 1]
  results[2 * m - 1], results[2 * m] = 0, 0
  for _, i in ipairs(target < 0 and {-target} or receivers[target] or {}) do
    pending[i] = pending[i] or {}
    table.insert(pending[i], m)
  end
  at = at + 2
end

local function trim(inbox)
  now = now > 0 and now or clock()
  expired = expired + redis.call('XTRIM', inbox, 'MINID', whole(now - expiry))
  return redis.call('XLEN', inbox)
end

-- Adds messages to an inbox, and returns its length. While it is less than 3/16 full, an entry contains several messages.
local function add(inbox, messages, per_entry)
  local length = redis.call('XLEN', inbox)
  local unused, trimmed = length == 0, false
  local fields = {}
  for _, m in ipairs(messages) do
    if #fields >= 2 * per_entry or #fields > 0 and 16 * (length + 1) * per_entry > 3 * capacity then
      redis.call('XADD', inbox, '*', unpack(fields))
      length = length + 1
      fields = {}
    end
    if length >= capacity and not trimmed then
      length = trim(inbox)
      trimmed = true
    end
    if length >= capacity then
      results[2 * m - 1] = results[2 * m - 1] + 1
    else
      fields[#fields + 1] = 'm'
      fields[#fields + 1] = payloads[m]
      results[2 * m] = results[2 * m] + 1
    end
  end
  if #fields > 0 then
    redis.call('XADD', inbox, '*', unpack(fields))
    length = length + 1
  end
  if unused and redis.call('PTTL', inbox) < 0 then
    redis.call('PEXPIRE', inbox, 2 * lease)
  end
  return length
end

-- Removes a dead process from the groups to which messages are sent.
local function remove(position, process)
  for g, positions in pairs(receivers) do
    for _, i in ipairs(positions) do
      if i == position and redis.call('HDEL', KEYS[1 + g], 'p' .. process) == 1 then
        if redis.call('HLEN', KEYS[1 + g]) == 1 then
          redis.call('DEL', KEYS[1 + g])
        else
          redis.call('HSET', KEYS[1 + g], 'v', ARGV[5])
        end
      end
    end
  end
end

local remaining, lengths, processes = {}, {}, 0
for i = 1, inboxes do
  local inbox, process, per_entry = KEYS[1 + groups + i], ARGV[4 + 3 * i], tonumber(ARGV[6 + 3 * i])
  remaining[i], lengths[i] = 0, -1
  if pending[i] then
    if ARGV[5 + 3 * i] == '1' then
      now = now > 0 and now or clock()
      local ends = tonumber(redis.call('ZSCORE', KEYS[1], process) or 0)
      remaining[i] = ends < now and -1 or ends - now
      processes = processes > 0 and processes or redis.call('ZCARD', KEYS[1])
    end
    if remaining[i] < 0 then
      remove(i, process)
    else
      if remaining[i] > 0 then
        trim(inbox)
      end
      lengths[i] = add(inbox, pending[i], per_entry)
    end
  end
end
return {now, expired, results, remaining, outdated, lengths, processes}
