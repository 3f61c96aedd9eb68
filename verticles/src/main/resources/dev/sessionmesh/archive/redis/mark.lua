-- What the scripts of a session begin with. KEYS: 1 the session, 2 its log, 3 its snapshot.

local VERSION = '1'

local function foreign(key)
  return redis.error_reply('FOREIGN ' .. key)
end

-- The session's mark; nil where there is none, false where something else lies in its place. Numbers stay text: some need all of their 64 bits.
local function read_mark()
  local f = redis.call('HMGET', KEYS[1], 'v', 'seq', 'history', 'chain', 'hold', 'term', 'cluster', 'deleted', 'rewound',
    'cut')
  if not f[1] then
    if redis.call('EXISTS', KEYS[1]) == 1 then
      return false
    end
    return nil
  end
  if f[1] ~= VERSION or not f[7] then
    return false
  end
  for i = 2, 6 do
    if not f[i] or not string.match(f[i], '^%-?%d+$') then
      return false
    end
  end
  return {
    seq = f[2], history = f[3], chain = f[4], hold = f[5], term = f[6], cluster = f[7], deleted = f[8], rewound = f[9],
    cut = f[10]
  }
end

local function as_reply(word, mark)
  if not mark then
    return {word, '0', '0', '0', '0', '0', '', ''}
  end
  return {word, mark.seq, mark.history, mark.chain, mark.hold, mark.term, mark.cluster, mark.deleted or ''}
end

local function ends_like(mark, seq, history, chain)
  return mark.seq == seq and mark.history == history and mark.chain == chain
end

-- Whether this holder may write: nobody else holds the session, and nobody wrote in a later term.
local function is_held_by(mark, cluster, hold, term)
  return mark.cluster == cluster and mark.hold == hold and tonumber(term) >= tonumber(mark.term)
end

local function put_mark(mark)
  redis.call('HSET', KEYS[1], 'v', VERSION, 'seq', mark.seq, 'history', mark.history, 'chain', mark.chain,
    'hold', mark.hold, 'term', mark.term, 'cluster', mark.cluster)
end

local function next_number(text)
  return string.format('%.0f', tonumber(text) + 1)
end

local function end_of(record)
  return tonumber(string.match(record[1], '%-(%d+)$'))
end

-- Takes away what a rewind left behind the mark; tells whether none of it is left. Redis hands out a record's bytes to whoever only wants its id, so it is
-- a piece at a time, lest everybody else waits; until all is gone nothing is added.
local function cut_log(mark)
  if not mark.cut then
    return true
  end
  local records, bytes = 0, 0
  while records < 256 and bytes < 1048576 do
    local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
    if not last or end_of(last) <= tonumber(mark.seq) then
      redis.call('HDEL', KEYS[1], 'cut')
      mark.cut = nil
      return true
    end
    for i = 2, #last[2], 2 do
      bytes = bytes + #last[2][i]
    end
    records = records + 1
    redis.call('XDEL', KEYS[2], last[1])
  end
  return false
end

-- The last piece of a stream takes 4 KB however little is in it; a copy takes what it needs. Of long logs it is not worth the work.
local function fit_log(copy)
  if redis.call('XLEN', KEYS[2]) <= 64 then
    -- Without the memory for a copy it stays as it is.
    local copied = redis.pcall('COPY', KEYS[2], copy, 'REPLACE')
    if copied == 1 then
      redis.call('RENAME', copy, KEYS[2])
    end
  end
end
