-- Puts other records with the same log in the place of a sleeping session's. KEYS[4]: for a copy of the log.
-- ARGV: 1-5 seq, history, chain, hold and term of the mark; then of each record from, to, history, chain and bytes.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif not mark or mark.deleted or mark.cluster ~= '' or mark.hold ~= ARGV[4] or mark.term ~= ARGV[5] then
  return 0
end
local last = #ARGV - 5
if ends_like(mark, ARGV[last + 2], ARGV[last + 3], ARGV[last + 4]) then
  return 1
elseif not ends_like(mark, ARGV[1], ARGV[2], ARGV[3]) then
  return 0
end
redis.call('XLEN', KEYS[2])
redis.call('UNLINK', KEYS[2])
redis.call('HDEL', KEYS[1], 'cut')
for at = 5, last, 5 do
  redis.call('XADD', KEYS[2], mark.hold .. '-' .. ARGV[at + 2],
    'from', ARGV[at + 1], 'history', ARGV[at + 3], 'chain', ARGV[at + 4], 'bytes', ARGV[at + 5])
end
mark.seq, mark.history, mark.chain = ARGV[last + 2], ARGV[last + 3], ARGV[last + 4]
put_mark(mark)
fit_log(KEYS[4])
return 1
