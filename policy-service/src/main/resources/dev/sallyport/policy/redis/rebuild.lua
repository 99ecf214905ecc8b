-- What Postgres knows is all charged. KEYS: marker, hash. ARGV: epoch, shape (8), then slice and allotted, again and again.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('HGET', KEYS[2], 'e') == ARGV[1] then return 0 end
local fields = redis.call('HKEYS', KEYS[2])
for _, field in ipairs(fields) do
  local kind = string.sub(field, 1, 2)
  if kind == 's:' or kind == 'a:' then redis.call('HDEL', KEYS[2], field) end
end
redis.call('HSET', KEYS[2], 'e', ARGV[1])
for i = 10, #ARGV, 2 do
  redis.call('HSET', KEYS[2], 's:' .. ARGV[i], ARGV[i + 1], 'a:' .. ARGV[i], ARGV[i + 1])
end
expire(KEYS[2], shape_of(2))
return 1
