-- Takes away the records that end behind a seq; the holder goes on under the next number.
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
  return as_reply('written', mark)
elseif not is_held_by(mark, cluster, hold, term) then
  return as_reply('fenced', mark)
end

local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 16)
mark.hold, mark.term = next_number(hold), term
while tonumber(mark.seq) > seq do
  if #last == 0 then
    mark.seq, mark.history, mark.chain = '0', '0', '0'
    break
  end
  for _, record in ipairs(last) do
    local to = string.match(record[1], '%-(%d+)$')
    if tonumber(to) <= seq then
      local fields = {}
      for i = 1, #record[2], 2 do
        fields[record[2][i]] = record[2][i + 1]
      end
      if not fields.history or not fields.chain then
        return foreign(KEYS[2])
      end
      mark.seq, mark.history, mark.chain = to, fields.history, fields.chain
      break
    end
    redis.call('XDEL', KEYS[2], record[1])
  end
  last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 16)
end
put_mark(mark)
redis.call('HSET', KEYS[1], 'rewound', asked)
return as_reply('written', mark)
