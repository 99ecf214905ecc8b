-- Postgres has allotted more. KEYS: hash. ARGV: epoch, slice, allotted.
if redis.call('HGET', KEYS[1], 'e') == ARGV[1] then
  local field = 'a:' .. ARGV[2]
  local before = tonumber(redis.call('HGET', KEYS[1], field) or '0')
  if tonumber(ARGV[3]) > before then redis.call('HSET', KEYS[1], field, ARGV[3]) end
end
return 1
