-- Keeps where webhooks stand in a session, for who holds it. KEYS[4]: the cursors.
-- ARGV: 1-3 the holder's cluster, hold and term; 4 whether these are all, 0 or 1; then of each webhook its id and the cursor.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif not mark or mark.deleted or not is_held_by(mark, ARGV[1], ARGV[2], ARGV[3]) then
  return 0
end
redis.call('HEXISTS', KEYS[4], '')
if ARGV[4] == '1' then
  redis.call('UNLINK', KEYS[4])
end
for i = 5, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
end
return 1
