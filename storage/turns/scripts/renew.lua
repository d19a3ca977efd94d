-- Extends the lease of the turn's holder. 0: the turn was fenced. KEYS: identity. ARGV: nonce, lease.
if redis.call('HGET', KEYS[1], 'n') ~= ARGV[1] then return 0 end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('HSET', KEYS[1], 'u', string.format('%.0f', now + tonumber(ARGV[2])))
return 1
