-- Finds the last and the oldest message of work queues. KEYS: queues.
-- Returns for each the id that was added last and the id of the oldest message. Both are empty if there is none.
local found = {}
for _, queue in ipairs(KEYS) do
  local exists = redis.call('EXISTS', queue) == 1
  local first = exists and redis.call('XRANGE', queue, '-', '+', 'COUNT', 1)[1]
  found[#found + 1] = exists and last_added(queue) or ''
  found[#found + 1] = first and first[1] or ''
end
return found
