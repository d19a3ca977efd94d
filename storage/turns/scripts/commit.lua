-- Saves what a turn came to and gives the turn up. 0: the turn was fenced.
-- KEYS: identity, reply, mark. ARGV: nonce, fence, session (empty: leave it), reply, told, idle, reply's and mark's age, mark.
local identity, reply, mark = KEYS[1], KEYS[2], KEYS[3]
local h = redis.call('HMGET', identity, 'n', 'v')
if h[1] ~= ARGV[1] then
	if h[2] == ARGV[2] then return 1 end -- this script ran before and its answer was lost
	return 0
end
redis.call('HSET', identity, 'v', ARGV[2])
if ARGV[3] ~= '' then redis.call('HSET', identity, 's', ARGV[3]) end
if ARGV[5] ~= '0' and redis.call('HINCRBY', identity, 'park', '-' .. ARGV[5]) <= 0 then
	redis.call('HDEL', identity, 'park')
end
redis.call('HDEL', identity, 'm', 'n', 'u', 'o')
redis.call('PEXPIRE', identity, ARGV[6])
redis.call('SET', reply, ARGV[4], 'PX', ARGV[7])
redis.call('SET', mark, ARGV[9], 'PX', ARGV[8])
return 1
