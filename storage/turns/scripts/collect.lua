-- Lets a callback say a recorded reply. 0: it was parked. KEYS: mark. ARGV: the mark's age.
-- A mark that is gone stays so: without the reply beside it, it would keep the next copy from it.
if redis.call('GET', KEYS[1]) == 'p' then return 0 end
redis.call('SET', KEYS[1], 'c', 'PX', ARGV[1], 'XX')
return 1
