package io.openshell.example.redis;

/**
 * What a connection may hold at the same time.
 *
 * @param bulkBytes the longest argument, in bytes
 * @param arguments the most arguments of a command
 * @param pipeline the most commands without an answer
 */
record RedisLimits(int bulkBytes, int arguments, int pipeline) {

    /** The longest command, in bytes of arguments: not as long as {@code arguments} times {@code bulkBytes}. */
    long commandBytes() {
        return 4L * bulkBytes;
    }
}
