package io.openshell.example.redis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The keys of a command, as far as they can be known. What is not in the table (scripts, scans, {@code SORT}, modules)
 * may touch any key.
 */
final class CommandKeys {

    /** Where keys stand: from the first argument to the last (from the end if negative), in steps. */
    private record Places(int first, int last, int step) {}

    private static final Map<String, Places> TABLE = new HashMap<>();

    static {
        put(
                new Places(1, 1, 1),
                "GET SET SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND STRLEN INCR DECR INCRBY DECRBY"
                        + " INCRBYFLOAT SETRANGE GETRANGE SUBSTR EXPIRE PEXPIRE EXPIREAT PEXPIREAT EXPIRETIME PEXPIRETIME TTL PTTL"
                        + " PERSIST TYPE DUMP RESTORE SETBIT GETBIT BITCOUNT BITPOS BITFIELD BITFIELD_RO HSET HSETNX HGET HMGET"
                        + " HMSET HGETALL HKEYS HVALS HLEN HEXISTS HDEL HINCRBY HINCRBYFLOAT HSTRLEN HSCAN HRANDFIELD LPUSH RPUSH"
                        + " LPUSHX RPUSHX LPOP RPOP LLEN LINDEX LSET LRANGE LTRIM LREM LINSERT LPOS SADD SREM SCARD SISMEMBER"
                        + " SMISMEMBER SMEMBERS SPOP SRANDMEMBER SSCAN ZADD ZREM ZSCORE ZMSCORE ZCARD ZCOUNT ZINCRBY ZRANGE"
                        + " ZREVRANGE ZRANGEBYSCORE ZREVRANGEBYSCORE ZRANGEBYLEX ZREVRANGEBYLEX ZLEXCOUNT ZRANK ZREVRANK ZPOPMIN"
                        + " ZPOPMAX ZREMRANGEBYRANK ZREMRANGEBYSCORE ZREMRANGEBYLEX ZSCAN ZRANDMEMBER PFADD XADD XLEN XRANGE"
                        + " XREVRANGE XDEL XTRIM GEOADD GEODIST GEOHASH GEOPOS GEOSEARCH");
        put(
                new Places(1, -1, 1),
                "DEL UNLINK EXISTS TOUCH MGET SINTER SUNION SDIFF SINTERSTORE SUNIONSTORE SDIFFSTORE"
                        + " PFCOUNT PFMERGE WATCH");
        put(new Places(1, -1, 2), "MSET MSETNX");
        put(new Places(1, 2, 1), "RENAME RENAMENX COPY LMOVE RPOPLPUSH SMOVE ZRANGESTORE GEOSEARCHSTORE");
        put(new Places(1, -2, 1), "BLPOP BRPOP BZPOPMIN BZPOPMAX");
        put(new Places(2, -1, 1), "BITOP");
        put(
                new Places(1, 0, 1),
                "PING ECHO AUTH HELLO SELECT QUIT RESET MULTI EXEC DISCARD UNWATCH CLIENT COMMAND INFO TIME");
    }

    private final boolean known;
    private final List<String> keys;

    private CommandKeys(boolean known, List<String> keys) {
        this.known = known;
        this.keys = keys;
    }

    private static void put(Places places, String names) {
        for (String name : names.split(" ")) {
            TABLE.put(name, places);
        }
    }

    /** @param arguments the name and what follows it */
    static CommandKeys of(String name, List<byte[]> arguments) {
        Places places = TABLE.get(name);
        if (places == null) {
            return new CommandKeys(false, List.of());
        }
        int last = places.last < 0 ? arguments.size() + places.last : places.last;
        List<String> keys = new ArrayList<>();
        for (int i = places.first; i <= last && i < arguments.size(); i += places.step) {
            try {
                keys.add(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(arguments.get(i)))
                        .toString());
            } catch (CharacterCodingException notText) {
                return new CommandKeys(false, List.of());
            }
        }
        return new CommandKeys(true, List.copyOf(keys));
    }

    /** Whether the command has keys, all are known, and all match. */
    boolean all(Predicate<String> matcher) {
        return known && !keys.isEmpty() && keys.stream().allMatch(matcher);
    }

    /** Whether one of the keys may match. */
    boolean any(Predicate<String> matcher) {
        return !known || keys.stream().anyMatch(matcher);
    }
}
