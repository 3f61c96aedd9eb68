-- Takes away all that there is of a session, leaves its tombstone, and tells which cluster held it. KEYS: 4 its payloads, 5 where webhooks stand in it. ARGV: 1 the time; 2 its last seq.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5])
if mark and mark.deleted then
  return ''
end
local left = mark or {hold = '0', term = '0', seq = '0'}
local holder = left.cluster or ''
left.seq = tonumber(left.seq) > tonumber(ARGV[2]) and left.seq or ARGV[2]
left.history, left.chain, left.cluster = '0', '0', ''
redis.call('UNLINK', KEYS[1])
put_mark(left)
redis.call('HSET', KEYS[1], 'deleted', ARGV[1])
return holder
