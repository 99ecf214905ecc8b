-- All that is asked, or nothing. KEYS: marker, then a hash for each ask.
-- ARGV: epoch, when it may be used from, tenant, recall channel, then thirteen for each ask: limit, lease, needed, wanted, its
-- shape (8), life. Answers with one word and what belongs to it.

local epoch, usable_from, tenant, channel = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local run = run_id()
local marker = redis.call('GET', KEYS[1])
if not marker or marker ~= epoch or string.sub(marker, 1, #run) ~= run then
  return {'epoch', run, whole(now)}
end

local asks = {}
for i = 1, #KEYS - 1 do
  local at = 5 + (i - 1) * 13
  local ask = {
    key = KEYS[i + 1],
    limit = ARGV[at],
    lease = ARGV[at + 1],
    needed = tonumber(ARGV[at + 2]),
    wanted = tonumber(ARGV[at + 3]),
    shape = shape_of(at + 4),
    life = tonumber(ARGV[at + 12]),
  }
  asks[i] = ask
  local shape = ask.shape
  if shape.type == CALENDAR and (now < shape.start or now >= shape.finish) then
    return {'clock', whole(now)}
  end
  if not shape.blocks and now < usable_from then
    return {'recovers', whole(usable_from - now)}
  end
  local state = read(ask.key, shape)
  ask.state = state
  if state.epoch ~= epoch then
    if shape.blocks then return {'rebuild', whole(i)} end
    redis.call('HSET', ask.key, 'e', epoch)
  end
  if #state.dead > 0 then redis.call('HDEL', ask.key, unpack(state.dead)) end
  local free = shape.units - state.charged
  if ask.needed > free then
    local recalled = '0'
    if state.held > 0 then
      recalled = '1'
      redis.call('PUBLISH', channel, tenant .. '\n' .. ask.limit)
    end
    return {'reached', whole(i), whole(resets_at(shape, state, ask.needed)), whole(now), recalled}
  end
  ask.slice = slice_now(shape)
  -- An eighth of what is free: enough is left for others, and near the limit it is one call.
  ask.units = math.max(ask.needed, math.min(ask.wanted, math.floor(free / 8)))
  if shape.blocks then
    local used = state.slices[ask.slice] or 0
    local allotted = state.allotted[ask.slice] or 0
    if used + ask.needed > allotted then
      return {'block', whole(i), whole(ask.slice), whole(used), whole(free), whole(allotted)}
    end
    ask.units = math.min(ask.units, allotted - used)
  end
end

local answer = {'leased'}
for _, ask in ipairs(asks) do
  local life = ask.life
  if ask.shape.type == CALENDAR then life = math.min(life, ask.shape.finish - now) end
  if ask.shape.type ~= PERMITS then
    redis.call('HINCRBY', ask.key, 's:' .. whole(ask.slice), whole(ask.units))
  end
  redis.call('HSET', ask.key, 'l:' .. ask.lease,
    text_of({units = ask.units, returned = 0, slice = ask.slice, expiry = now + life, overdrawn = 0}))
  expire(ask.key, ask.shape)
  answer[#answer + 1] = whole(ask.units)
  answer[#answer + 1] = whole(life)
end
return answer
