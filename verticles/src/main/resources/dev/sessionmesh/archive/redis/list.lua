-- Exchanges what a session is found by, if it is still what the caller saw.
-- KEYS: 1 the rows; then the lists to leave; then those to join.
-- ARGV: 1 the session's id; 2 its row as it was seen, empty for none; 3 the new row, empty to go; 4 its place in the lists to leave;
-- 5 its place in those to join; 6 how many to leave.
local row = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if row ~= ARGV[2] then
  return 0
end
local leave = tonumber(ARGV[6])
for i = 2, 1 + leave do
  redis.call('ZREM', KEYS[i], ARGV[4])
end
for i = 2 + leave, #KEYS do
  redis.call('ZADD', KEYS[i], 0, ARGV[5])
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
