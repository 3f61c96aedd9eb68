-- Takes away the records that end behind a seq; the holder goes on under the next number. The mark is moved first; asked again, it goes on with the rest.
-- ARGV: 1-3 the holder's cluster, hold and term; 4 the seq.
local cluster, hold, term, seq = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif mark == nil then
  return as_reply('elsewhere', nil)
elseif mark.deleted then
  return as_reply('gone', mark)
end
local asked = hold .. ':' .. ARGV[4]
if mark.rewound == asked and mark.hold == next_number(hold) and mark.cluster == cluster and tonumber(mark.seq) <= seq then
  put_mark(mark)
  return as_reply(cut_log(mark) and 'written' or 'more', mark)
elseif not is_held_by(mark, cluster, hold, term) then
  return as_reply('fenced', mark)
end

-- Ids are in the log's order, and begin with the number under which a record was written: what a number wrote up to the seq is found at once.
local kept, from = nil, tonumber(mark.seq) > seq and '+' or nil
while from and not kept do
  local last = redis.call('XREVRANGE', KEYS[2], from, '-', 'COUNT', 1)[1]
  if not last then
    break
  end
  local number = string.match(last[1], '^(%d+)')
  if end_of(last) <= seq then
    kept = last
  else
    kept = redis.call('XREVRANGE', KEYS[2], number .. '-' .. ARGV[4], number .. '-0', 'COUNT', 1)[1]
  end
  from = number ~= '0' and string.format('%.0f-18446744073709551615', tonumber(number) - 1)
end
if tonumber(mark.seq) > seq then
  mark.seq, mark.history, mark.chain = '0', '0', '0'
  if kept then
    local fields = {}
    for i = 1, #kept[2], 2 do
      fields[kept[2][i]] = kept[2][i + 1]
    end
    if not fields.history or not fields.chain then
      return foreign(KEYS[2])
    end
    mark.seq, mark.history, mark.chain = string.match(kept[1], '%-(%d+)$'), fields.history, fields.chain
  end
  mark.cut = '1'
  redis.call('HSET', KEYS[1], 'cut', mark.cut)
end
mark.hold, mark.term = next_number(hold), term
put_mark(mark)
redis.call('HSET', KEYS[1], 'rewound', asked)
return as_reply(cut_log(mark) and 'written' or 'more', mark)
