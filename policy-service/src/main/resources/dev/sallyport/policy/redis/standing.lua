-- How limits stand. KEYS: a hash for each. ARGV: eight for each: its shape.
-- Answers for each with charged, in doubt, resets at.
local answer = {}
for i, key in ipairs(KEYS) do
  local shape = shape_of((i - 1) * 8 + 1)
  local state = read(key, shape)
  local resets = 0
  if state.charged > 0 then
    resets = resets_at(shape, state, math.min(shape.units, math.max(1, shape.units - state.charged + 1)))
  end
  answer[#answer + 1] = whole(state.charged)
  answer[#answer + 1] = whole(state.doubt)
  answer[#answer + 1] = whole(resets)
end
return answer
