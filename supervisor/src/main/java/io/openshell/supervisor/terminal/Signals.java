package io.openshell.supervisor.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Takes signals of this process for somebody else, until it is closed. The JDK's only interface to them is {@code
 * sun.misc.Signal}, which the compiler does not let pass; it is used by its name.
 */
public final class Signals implements AutoCloseable {

    /** Signal numbers of Linux by their names without SIG. */
    public static final int HUP = 1;

    public static final int INT = 2;
    public static final int KILL = 9;
    public static final int TERM = 15;

    /** The terminal has another size. Nobody minds who does not care. */
    public static final int WINCH = 28;

    private static final int STATUS_BASE = 128;

    private static final Map<String, Integer> FORWARDED = Map.of("HUP", HUP, "INT", INT, "TERM", TERM);

    private final Map<Object, Object> before = new LinkedHashMap<>();
    private final Method handle;

    private Signals(Method handle) {
        this.handle = handle;
    }

    /** What a process ends with that a signal has ended, as a shell says it. */
    public static int status(int signal) {
        return STATUS_BASE + signal;
    }

    /**
     * Takes HUP, INT, TERM and WINCH.
     *
     * @param forward told the number of each of the first three, on a thread of the JVM's own
     * @param resized told that the terminal has another size
     * @throws IllegalStateException if this JVM does not let signals be taken
     */
    public static Signals take(IntConsumer forward, Runnable resized) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Signals signals = new Signals(signal.getMethod("handle", signal, handler));
            for (Map.Entry<String, Integer> name : FORWARDED.entrySet()) {
                signals.take(signal, handler, name.getKey(), () -> forward.accept(name.getValue()));
            }
            signals.take(signal, handler, "WINCH", resized);
            return signals;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signals: cannot be taken (expected: a JVM with jdk.unsupported)", e);
        }
    }

    @SuppressWarnings("ReferenceEquality") // a proxy equals itself
    private void take(Class<?> signal, Class<?> handler, String name, Runnable action)
            throws ReflectiveOperationException {
        Object instance = signal.getConstructor(String.class).newInstance(name);
        InvocationHandler invocation = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> name;
        };
        Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, invocation);
        Object previous = handle.invoke(null, instance, proxy);
        if (previous.equals(handler.getField("SIG_IGN").get(null))) {
            // Whoever started us, nohup for one, does not want it to count.
            handle.invoke(null, instance, previous);
        } else {
            before.put(instance, previous);
        }
    }

    /** Gives the signals back to whom they were before. */
    @Override
    public void close() {
        before.forEach((signal, handler) -> {
            try {
                handle.invoke(null, signal, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("signals: cannot be given back", e);
            }
        });
        before.clear();
    }
}
