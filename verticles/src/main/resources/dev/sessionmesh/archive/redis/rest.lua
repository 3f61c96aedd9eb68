-- Nobody holds the session any more. KEYS[4]: for a copy of the log. ARGV: 1-3 the holder's cluster, hold and term; 4 what it ends with.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif not mark or mark.deleted or mark.seq ~= ARGV[4] then
  return 0
elseif mark.cluster == '' then
  -- Asked again: who has it now would have another number.
  return mark.hold == ARGV[2] and 1 or 0
elseif not is_held_by(mark, ARGV[1], ARGV[2], ARGV[3]) then
  return 0
elseif not cut_log(mark) then
  return 0
end
redis.call('HSET', KEYS[1], 'cluster', '')
fit_log(KEYS[4])
return 1
