-- Keeps a payload of a session that was not deleted. KEYS[4]: the payloads. ARGV: 1 the payload's name; 2 its bytes.
local mark = read_mark()
if mark == false then
  return foreign(KEYS[1])
elseif mark and mark.deleted then
  return 0
end
redis.call('HSET', KEYS[4], ARGV[1], ARGV[2])
return 1
