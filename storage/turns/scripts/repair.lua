-- Records what a turn had committed to SQL and not to Redis. 0: the caller no longer holds the turn.
-- KEYS: identity, and reply and mark of the repaired message.
-- ARGV: nonce, fence, session (empty: leave it), reply (empty: only the mark), unlock, idle, reply's and mark's age.
local identity, reply, mark = KEYS[1], KEYS[2], KEYS[3]
local h = redis.call('HMGET', identity, 'n', 'v')
if h[1] ~= ARGV[1] then return 0 end
if ARGV[3] ~= '' and tonumber(ARGV[2]) > tonumber(h[2] or 0) then
	redis.call('HSET', identity, 's', ARGV[3], 'v', ARGV[2])
end
if ARGV[4] ~= '' then redis.call('SET', reply, ARGV[4], 'PX', ARGV[7]) end
redis.call('SET', mark, '1', 'PX', ARGV[8], 'NX')
if ARGV[5] == '1' then redis.call('HDEL', identity, 'm', 'n', 'u', 'o') end
redis.call('PEXPIRE', identity, ARGV[6])
return 1
