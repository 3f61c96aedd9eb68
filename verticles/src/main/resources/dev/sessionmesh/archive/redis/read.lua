-- What there is of a session, all as of one moment: its mark, the snapshot, and the first records.
-- ARGV: 1 how many records.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif mark == nil then
  return as_reply('absent', nil)
end
return {as_reply('there', mark), redis.call('GET', KEYS[3]) or '', redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', ARGV[1])}
