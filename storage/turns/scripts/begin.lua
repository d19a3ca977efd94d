-- Takes the identity's turn for a message, or says why not.
-- KEYS: identity, reply, mark, queue, seen. ARGV: message, nonce, lease, patience, idle (milliseconds).
local identity, reply, mark, queue, seen = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local message, nonce = ARGV[1], ARGV[2]
local lease, patience, idle = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function text(number) return string.format('%.0f', number) end

local function leave(who)
	redis.call('ZREM', queue, who)
	redis.call('HDEL', seen, who)
end

local past = redis.call('MGET', reply, mark)
if past[1] or past[2] then
	leave(message)
	return {'done', past[1]}
end

local h = redis.call('HMGET', identity, 's', 'v', 'm', 'n', 'u', 'f', 'o', 'park')
local session, saved, holder, held_by, held_until, fence, open, parked = h[1], h[2], h[3], h[4], tonumber(h[5] or 0), tonumber(h[6] or 0), h[7], h[8]

if holder and held_by == nonce then -- this script ran before and its answer was lost
	redis.call('HSET', identity, 'u', text(now + lease))
	return {'run', text(fence), session, saved, open, parked}
end

local function wait()
	if not redis.call('ZSCORE', queue, message) then
		redis.call('ZADD', queue, redis.call('HINCRBY', identity, 'k', 1), message)
	end
	redis.call('HSET', seen, message, text(now))
	redis.call('PEXPIRE', queue, 60000)
	redis.call('PEXPIRE', seen, 60000)
	redis.call('PEXPIRE', identity, idle)
	return {'wait'}
end

if holder and held_until > now then
	if holder == message then return {'same'} end
	return wait()
end

-- A copy of the message whose holder fell silent goes first: its ticket was the earliest.
if not (holder and holder == message) then
	while true do
		local first = redis.call('ZRANGE', queue, 0, 0)[1]
		if not first or first == message then break end
		if now - tonumber(redis.call('HGET', seen, first) or 0) < patience then return wait() end
		leave(first)
	end
end

if holder then open = (open or '') .. text(fence) .. ' ' .. holder .. '\n' end
fence = math.max(now, fence + 1)
redis.call('HSET', identity, 'm', message, 'n', nonce, 'u', text(now + lease), 'f', text(fence))
if open then redis.call('HSET', identity, 'o', open) end
redis.call('PEXPIRE', identity, idle)
leave(message)
return {'run', text(fence), session, saved, open, parked}
