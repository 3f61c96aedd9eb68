-- The mark alone.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
end
return as_reply(mark and 'there' or 'absent', mark)
