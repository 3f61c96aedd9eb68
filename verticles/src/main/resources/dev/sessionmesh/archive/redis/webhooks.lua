-- Puts a tenant's webhooks in the place of those before, unless somebody has written who drew his number later.
-- KEYS: 1 the webhooks. ARGV: 1 the number; then of each its id and what it is.
local drawn = redis.call('HGET', KEYS[1], ':drawn') or '0'
local written = redis.call('HGET', KEYS[1], ':written') or '0'
local number = tonumber(ARGV[1])
if not tonumber(drawn) or not tonumber(written) then
  return redis.error_reply('FOREIGN ' .. KEYS[1])
elseif number < tonumber(written) then
  return 0
end
redis.call('UNLINK', KEYS[1])
redis.call('HSET', KEYS[1], ':drawn', tonumber(drawn) < number and ARGV[1] or drawn, ':written', ARGV[1])
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
return 1
