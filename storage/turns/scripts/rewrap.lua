-- Replaces a session by the same sealed anew. 0: it has changed meanwhile. KEYS: identity. ARGV: the old one, the new one.
if redis.call('HGET', KEYS[1], 's') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 's', ARGV[2])
return 1
