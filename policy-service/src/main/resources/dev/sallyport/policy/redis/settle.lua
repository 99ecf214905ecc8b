-- What came of leases. KEYS: a hash for each. ARGV: tenant, recall channel, then fourteen for each: lease, returned in all,
-- closed, overdrawn in all, limit, life, its shape (8).
-- Answers for each with 1, or 0 where the lease is not known; and a slice and what is charged in it where Postgres has
-- allotted less to it, else 0 and 0.

local tenant, channel = ARGV[1], ARGV[2]

-- What a call used beyond its lease counts from when it is known.
local function slice_of_now(shape)
  if shape.type == CALENDAR and now >= shape.finish then return shape.finish end
  return slice_now(shape)
end

local answer = {}
for i, key in ipairs(KEYS) do
  local at = 3 + (i - 1) * 14
  local field = 'l:' .. ARGV[at]
  local returned, closed, overdrawn = tonumber(ARGV[at + 1]), ARGV[at + 2] == '1', tonumber(ARGV[at + 3])
  local limit, life, shape = ARGV[at + 4], tonumber(ARGV[at + 5]), shape_of(at + 6)
  local permits = shape.type == PERMITS
  local text = redis.call('HGET', key, field)
  local known, slice, used = 0, 0, 0
  if text then
    known = 1
    local lease = lease_of(text)
    returned = math.max(lease.returned, math.min(returned, lease.units))
    if not permits and returned > lease.returned then
      local charged = 's:' .. whole(lease.slice)
      if redis.call('HEXISTS', key, charged) == 1 then
        redis.call('HINCRBY', key, charged, whole(lease.returned - returned))
      end
    end
    lease.returned = returned
    -- Whoever settles hands out no more of it; permits are renewed.
    if permits then lease.expiry = now + life else lease.expiry = math.min(lease.expiry, now) end
    local more = permits and 0 or math.max(0, overdrawn - lease.overdrawn)
    lease.overdrawn = lease.overdrawn + more
    if closed then
      redis.call('HDEL', key, field)
    else
      redis.call('HSET', key, field, text_of(lease))
      if permits then redis.call('PEXPIRE', key, whole(life + 60000)) end
    end
    if more > 0 then
      redis.call('HINCRBY', key, 's:' .. whole(slice_of_now(shape)), whole(more))
      expire(key, shape)
      local state = read(key, shape)
      -- Used up: nobody begins a call with what others hold.
      if state.charged >= shape.units and state.held > 0 then
        redis.call('PUBLISH', channel, tenant .. '\n' .. limit)
      end
    end
  end
  if overdrawn > 0 and shape.blocks then
    -- Also of a lease that is closed: whoever asks again did not hear that it was taken.
    local present = whole(slice_of_now(shape))
    local charged = tonumber(redis.call('HGET', key, 's:' .. present) or '0')
    if charged > tonumber(redis.call('HGET', key, 'a:' .. present) or '0') then
      slice, used = slice_of_now(shape), charged
    end
  end
  answer[#answer + 1] = known
  answer[#answer + 1] = whole(slice)
  answer[#answer + 1] = whole(used)
end
return answer
