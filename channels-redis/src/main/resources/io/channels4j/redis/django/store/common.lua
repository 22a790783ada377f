-- Returns the time of the server in seconds. Django's processes use their own clocks.
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1000000
end

-- Adds an entry to the end of a queue. Its score is higher than that of the last entry, so that a sender's messages keep their order
-- although the clocks of other senders differ.
local function append(queue, entry, time, expiry)
  local score = time
  local last = redis.call('ZRANGE', queue, -1, -1, 'WITHSCORES')
  if last[2] and tonumber(last[2]) >= score and tonumber(last[2]) < score + expiry then
    score = tonumber(last[2]) + 0.000001
  end
  redis.call('ZADD', queue, string.format('%.6f', score), entry)
end

-- Sets the expiry of a key. Django rounds the time down, which removes a queue immediately if its messages expire in less than a second.
local function expire(key, seconds)
  redis.call('EXPIRE', key, math.max(1, math.ceil(seconds)))
end

-- Removes the expired entries of a queue and returns their number.
local function remove_expired(queue, time, expiry)
  return redis.call('ZREMRANGEBYSCORE', queue, '-inf', string.format('%.6f', time - expiry))
end

-- Returns an entry with a marker and an incremented count in place of its first 6 bytes; see DjangoCodec.returns.
local function returned(entry)
  local count = 0
  if string.sub(entry, 1, 4) == '\0c4j' then
    count = string.byte(entry, 5) * 256 + string.byte(entry, 6)
  end
  count = math.min(count + 1, 65535)
  return '\0c4j' .. string.char(math.floor(count / 256), count % 256) .. string.sub(entry, 7)
end

