-- Nothing above what is charged will be handed out without asking Postgres again. KEYS: hash. ARGV: epoch.
-- Answers with slice, what it is now and what it was, again and again.
local answer = {}
if redis.call('HGET', KEYS[1], 'e') == ARGV[1] then
  local fields = redis.call('HGETALL', KEYS[1])
  local charged = {}
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 's:' then charged[string.sub(fields[i], 3)] = fields[i + 1] end
  end
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'a:' then
      local slice = string.sub(fields[i], 3)
      local used = charged[slice] or '0'
      redis.call('HSET', KEYS[1], fields[i], used)
      answer[#answer + 1] = slice
      answer[#answer + 1] = used
      answer[#answer + 1] = fields[i + 1]
    end
  end
end
return answer
