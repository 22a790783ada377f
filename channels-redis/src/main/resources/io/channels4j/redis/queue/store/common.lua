-- Functions shared by all scripts; prepended to each. All times are in milliseconds of the server's clock.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

-- A process is alive until its lease expires.
local function alive(leases, process, now)
  local until_ = redis.call('ZSCORE', leases, process)
  return until_ and tonumber(until_) >= now
end

-- Returns the id that was last added to a stream, even if the entry has been removed.
local function last_added(stream)
  local info = redis.call('XINFO', 'STREAM', stream)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      return info[i + 1]
    end
  end
end

-- Adds to a process's inbox. Returns whether there was room, and the number of expired messages.
local function deliver(inbox, payload, capacity, expiry, lease, now)
  local expired = redis.call('XTRIM', inbox, 'MINID', whole(now - expiry))
  if redis.call('XLEN', inbox) >= capacity then
    return false, expired
  end
  redis.call('XADD', inbox, '*', 'm', payload)
  if redis.call('PTTL', inbox) < 0 then
    redis.call('PEXPIRE', inbox, 2 * lease)
  end
  return true, expired
end

-- Removes expired messages that no worker has taken. Returns their number.
local function expire(queue, expiry, now)
  local dropped = 0
  local old = redis.call('XRANGE', queue, '-', whole(now - expiry - 1), 'COUNT', 100)
  local group = #old > 0 and redis.pcall('XINFO', 'GROUPS', queue)
  for _, entry in ipairs(old) do
    local pending = #group > 0 and redis.call('XPENDING', queue, 'w', entry[1], entry[1], 1)
    if not pending or #pending == 0 then
      dropped = dropped + redis.call('XDEL', queue, entry[1])
    end
  end
  return dropped
end

-- Adds to a work queue. Returns the id or false if there is no room, the length of the queue, and the number of expired messages.
local function enqueue(queue, payload, format, capacity, expiry, life, now)
  local expired = expire(queue, expiry, now)
  local length = redis.call('XLEN', queue)
  if length >= capacity then
    return false, length, expired
  end
  local id = redis.call('XADD', queue, '*', 'm', payload, 'n', '0', 'f', format)
  redis.call('PEXPIRE', queue, life)
  return id, length, expired
end

-- Returns the value of a field of an entry, or the default.
local function field(fields, name, default)
  for i = 1, #fields, 2 do
    if fields[i] == name then
      return fields[i + 1]
    end
  end
  return default
end

local function remove(queue, id)
  redis.call('XDEL', queue, id)
  redis.call('XACK', queue, 'w', id)
end

-- Moves an unacknowledged message to the end of the queue and updates its delivery count.
local function give_back(queue, id, delivered)
  local entry = redis.call('XRANGE', queue, id, id)[1]
  if entry then
    local fields = entry[2]
    local count = whole((tonumber(field(fields, 'n', 0)) or 0) + delivered)
    redis.call('XADD', queue, '*', 'm', fields[2], 'n', count, 'f', field(fields, 'f', ''))
  end
  remove(queue, id)
end

-- Adds an entry of a queue to the dead letters, and removes the oldest dead letters while there are too many. Returns the number of
-- removed ones. name: the queue, or nil if it is not known. limits: maximum number, maximum size in bytes.
local function bury(dead, size, fields, delivered, name, reason, limits)
  if redis.call('XLEN', dead) == 0 then
    redis.call('SET', size, 0)
  end
  local count = whole((tonumber(field(fields, 'n', 0)) or 0) + delivered)
  local letter = {'m', fields[2], 'n', count, 'f', field(fields, 'f', ''), 'r', reason}
  if name then
    letter[#letter + 1] = 'q'
    letter[#letter + 1] = name
  end
  redis.call('XADD', dead, '*', unpack(letter))
  local bytes = redis.call('INCRBY', size, #fields[2])
  local length = redis.call('XLEN', dead)
  local removed = 0
  while length > 1 and (length > tonumber(limits[1]) or bytes > tonumber(limits[2])) do
    local first = redis.call('XRANGE', dead, '-', '+', 'COUNT', 1)[1]
    redis.call('XDEL', dead, first[1])
    bytes = redis.call('DECRBY', size, #first[2][2])
    length = length - 1
    removed = removed + 1
  end
  return removed
end

