-- Nobody holds the session any more. KEYS[4]: for a copy of the log. ARGV: 1 the number under which it was held; 2 what it ends with.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif not mark or mark.deleted or mark.hold ~= ARGV[1] or mark.seq ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'cluster', '')
fit_log(KEYS[4])
return 1
