package io.openshell.supervisor.sandbox;

import java.security.Security;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that block in the C library's resolver. Platform threads, for such a call holds a virtual thread's
 * carrier: a few names that no server answers would hold up everything else.
 */
final class Resolvers {

    private static final int THREADS = 32;
    private static final int WAITING = 1024;
    private static final long IDLE_SECONDS = 10;

    private Resolvers() {}

    /** Starts none; they come and go with the names to resolve. */
    static ExecutorService start() {
        // Read once, when the JDK resolves its first name.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        ThreadPoolExecutor resolvers = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("resolver-", 0).factory());
        resolvers.allowCoreThreadTimeOut(true);
        return resolvers;
    }
}
