-- Claims a recorded reply for parking. 0: a callback has said it. KEYS: reply, mark. ARGV: the mark's age.
if redis.call('GET', KEYS[2]) == 'c' then return 0 end
redis.call('SET', KEYS[2], 'p', 'PX', ARGV[1])
redis.call('DEL', KEYS[1])
return 1
