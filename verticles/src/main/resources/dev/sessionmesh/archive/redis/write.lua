-- Adds records behind the mark and puts the snapshot in the place of the one before. What can fail comes first, so that it is all or nothing.
-- ARGV: 1-3 the holder's cluster, hold and term; 4-6 seq, history and chain of the mark to follow; 7 the snapshot;
-- then of each record from, to, history, chain and bytes.
local cluster, hold, term = ARGV[1], ARGV[2], ARGV[3]
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
end
redis.call('STRLEN', KEYS[3])
if mark and mark.cut and is_held_by(mark, cluster, hold, term) and not cut_log(mark) then
  return as_reply('elsewhere', mark)
end
local length = redis.call('XLEN', KEYS[2])
if mark == nil then
  if length > 0 then
    return foreign(KEYS[2])
  end
  if ARGV[4] ~= '0' then
    return as_reply('elsewhere', nil)
  end
  mark = {seq = '0', history = '0', chain = '0', hold = hold, term = term, cluster = cluster}
elseif mark.deleted then
  return as_reply('gone', mark)
elseif not is_held_by(mark, cluster, hold, term) then
  return as_reply('fenced', mark)
elseif mark.seq == '0' and length > 0 then
  return foreign(KEYS[2])
elseif length == 0 then
  -- A log that somebody took away is written again from its beginning.
  mark.seq, mark.history, mark.chain = '0', '0', '0'
end

local records = (#ARGV - 7) / 5
local there = nil
if ends_like(mark, ARGV[4], ARGV[5], ARGV[6]) then
  there = 0
else
  for i = 1, records do
    local at = 7 + (i - 1) * 5
    if ends_like(mark, ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]) then
      there = i
    end
  end
end
if not there then
  return as_reply('elsewhere', mark)
end

for i = there + 1, records do
  local at = 7 + (i - 1) * 5
  redis.call('XADD', KEYS[2], hold .. '-' .. ARGV[at + 2],
    'from', ARGV[at + 1], 'history', ARGV[at + 3], 'chain', ARGV[at + 4], 'bytes', ARGV[at + 5])
  mark.seq, mark.history, mark.chain = ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
end
mark.term = term
-- Written also when nothing is new: what waits for replicas must have something to wait for.
put_mark(mark)
redis.call('SET', KEYS[3], ARGV[7])
return as_reply('written', mark)
