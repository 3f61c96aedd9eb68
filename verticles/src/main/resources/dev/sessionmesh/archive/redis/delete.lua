-- Takes away all that there is of a session and leaves its tombstone. KEYS[4]: its payloads. ARGV: 1 the time; 2 its last seq.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
if mark and mark.deleted then
  return 0
end
local left = mark or {hold = '0', term = '0', seq = '0'}
left.seq = tonumber(left.seq) > tonumber(ARGV[2]) and left.seq or ARGV[2]
left.history, left.chain, left.cluster = '0', '0', ''
redis.call('UNLINK', KEYS[1])
put_mark(left)
redis.call('HSET', KEYS[1], 'deleted', ARGV[1])
return 1
