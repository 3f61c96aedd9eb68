-- Makes a cluster the holder, under the next number, and tells what there is: the mark as it was, the snapshot, and the first records.
-- ARGV: 1 the cluster; 2 whether by force, 0 or 1; 3 how many records.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif mark == nil then
  return as_reply('absent', nil)
elseif mark.deleted then
  return as_reply('gone', mark)
elseif mark.cluster ~= '' and mark.cluster ~= ARGV[1] and ARGV[2] ~= '1' then
  return as_reply('held', mark)
end
local snapshot = redis.call('GET', KEYS[3])
local records = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', ARGV[3])
if mark.seq ~= '0' and #records == 0 then
  return foreign(KEYS[2])
end
redis.call('HSET', KEYS[1], 'hold', next_number(mark.hold), 'cluster', ARGV[1])
return {as_reply('taken', mark), snapshot or '', records}
