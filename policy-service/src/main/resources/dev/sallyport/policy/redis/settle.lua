-- What came of leases. KEYS: a hash for each. ARGV: five for each: lease, returned in all, closed, permits, life.
-- Answers for each with 1, or 0 where the lease is not known.

local answer = {}
for i, key in ipairs(KEYS) do
  local at = (i - 1) * 5
  local field = 'l:' .. ARGV[at + 1]
  local returned, closed = tonumber(ARGV[at + 2]), ARGV[at + 3] == '1'
  local permits, life = ARGV[at + 4] == '1', tonumber(ARGV[at + 5])
  local text = redis.call('HGET', key, field)
  if not text then
    answer[i] = 0
  else
    answer[i] = 1
    local lease = lease_of(text)
    returned = math.max(lease.returned, math.min(returned, lease.units))
    if not permits and returned > lease.returned then
      local slice = 's:' .. whole(lease.slice)
      if redis.call('HEXISTS', key, slice) == 1 then
        redis.call('HINCRBY', key, slice, whole(lease.returned - returned))
      end
    end
    lease.returned = returned
    -- Whoever settles hands out no more of it; permits are renewed.
    if permits then lease.expiry = now + life else lease.expiry = math.min(lease.expiry, now) end
    if closed then
      redis.call('HDEL', key, field)
    else
      redis.call('HSET', key, field, text_of(lease))
      if permits then redis.call('PEXPIRE', key, whole(life + 60000)) end
    end
  end
end
return answer
