-- Gives the turn up and records nothing; predecessors left open stay so. KEYS: identity. ARGV: nonce.
if redis.call('HGET', KEYS[1], 'n') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'm', 'n', 'u')
return 1
