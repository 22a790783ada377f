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

-- Adds to a work queue. Returns whether there was room, its length, and the number of expired messages.
local function enqueue(queue, payload, capacity, expiry, life, now)
  local expired = expire(queue, expiry, now)
  local length = redis.call('XLEN', queue)
  if length >= capacity then
    return false, length, expired
  end
  redis.call('XADD', queue, '*', 'm', payload)
  redis.call('PEXPIRE', queue, life)
  return true, length, expired
end

-- Moves an unacknowledged message to the end of the queue and updates its delivery count.
local function give_back(queue, id, delivered)
  local entry = redis.call('XRANGE', queue, id, id)[1]
  if entry then
    local fields = entry[2]
    redis.call('XADD', queue, '*', 'm', fields[2], 'n', whole((tonumber(fields[4]) or 0) + delivered))
    redis.call('XDEL', queue, id)
  end
  redis.call('XACK', queue, 'w', id)
end

