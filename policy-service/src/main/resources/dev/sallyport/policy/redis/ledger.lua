-- Begins every script of the ledger. A limit is one hash:
--   e              epoch that it is of
--   s:<slice>      units charged in this slice of time; a slice is named by its first millisecond
--   a:<slice>      units that Postgres has allotted to the slice, where that is kept
--   l:<lease>      units:returned:slice:expiry of a lease that is not closed, and :overdrawn where calls used more
-- Time is that of Redis, in milliseconds. Units are whole and less than 2^53.

local RATE_ROLLING, CALENDAR, ENDLESS, PERMITS = 'rolling', 'calendar', 'endless', 'permits'

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

local function lease_of(text)
  local units, returned, slice, expiry, overdrawn = string.match(text, '^(%d+):(%d+):(%d+):(%d+):?(%d*)$')
  return {units = tonumber(units), returned = tonumber(returned), slice = tonumber(slice), expiry = tonumber(expiry),
    overdrawn = tonumber(overdrawn) or 0}
end

local function text_of(lease)
  return whole(lease.units) .. ':' .. whole(lease.returned) .. ':' .. whole(lease.slice) .. ':' .. whole(lease.expiry)
    .. (lease.overdrawn > 0 and ':' .. whole(lease.overdrawn) or '')
end

-- Identity of this life of the server: another one after every restart and every failover.
local function run_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end

-- Does the slice still count?
local function counts(shape, slice)
  if shape.type == ENDLESS then return true end
  if shape.type == CALENDAR then return slice >= shape.start end
  return now < slice + shape.retention
end

-- What the hash says. Fields that do not count any more are listed in `dead`.
local function read(key, shape)
  local fields = redis.call('HGETALL', key)
  local state = {charged = 0, slices = {}, allotted = {}, leases = {}, dead = {}, held = 0, doubt = 0}
  for i = 1, #fields, 2 do
    local kind, name = string.sub(fields[i], 1, 2), string.sub(fields[i], 3)
    if fields[i] == 'e' then
      state.epoch = fields[i + 1]
    elseif kind == 's:' or kind == 'a:' then
      local slice = tonumber(name)
      if shape.type == PERMITS or not counts(shape, slice) then
        state.dead[#state.dead + 1] = fields[i]
      elseif kind == 's:' then
        state.slices[slice] = tonumber(fields[i + 1])
        state.charged = state.charged + tonumber(fields[i + 1])
      else
        state.allotted[slice] = tonumber(fields[i + 1])
      end
    elseif kind == 'l:' then
      local lease = lease_of(fields[i + 1])
      local left = lease.units - lease.returned
      if shape.type == PERMITS then
        if lease.expiry <= now then
          state.dead[#state.dead + 1] = fields[i]
        else
          state.charged = state.charged + left
          state.held = state.held + left
        end
      elseif not counts(shape, lease.slice) then
        -- What its calls use beyond it counts when they end.
        if lease.expiry + shape.linger <= now then state.dead[#state.dead + 1] = fields[i] end
      elseif lease.expiry > now then
        state.held = state.held + left
      else
        state.doubt = state.doubt + left
      end
    end
  end
  return state
end

-- When `needed` units are free, if nothing comes back before; 0 where that cannot be said.
local function resets_at(shape, state, needed)
  if needed > shape.units or shape.type == ENDLESS or shape.type == PERMITS then return 0 end
  if shape.type == CALENDAR then return shape.finish end
  local starts = {}
  for slice in pairs(state.slices) do starts[#starts + 1] = slice end
  table.sort(starts)
  local free = shape.units - state.charged
  for _, slice in ipairs(starts) do
    free = free + state.slices[slice]
    if free >= needed then return slice + shape.retention end
  end
  return 0
end

-- Eight arguments from `at`: type, units, slice width, retention, start, finish, blocks, linger.
local function shape_of(at)
  return {
    type = ARGV[at],
    units = tonumber(ARGV[at + 1]),
    width = tonumber(ARGV[at + 2]),
    retention = tonumber(ARGV[at + 3]),
    start = tonumber(ARGV[at + 4]),
    finish = tonumber(ARGV[at + 5]),
    blocks = ARGV[at + 6] == '1',
    linger = tonumber(ARGV[at + 7]),
  }
end

local function slice_now(shape)
  if shape.type == CALENDAR then return shape.start end
  if shape.type == ENDLESS or shape.type == PERMITS then return 0 end
  return now - now % shape.width
end

-- The hash goes when nothing in it can count any more.
local function expire(key, shape)
  if shape.type == ENDLESS then
    redis.call('PERSIST', key)
  elseif shape.type == CALENDAR then
    redis.call('PEXPIREAT', key, whole(shape.finish + shape.linger + 60000))
  else
    redis.call('PEXPIRE', key, whole(shape.retention + shape.linger + 60000))
  end
end
