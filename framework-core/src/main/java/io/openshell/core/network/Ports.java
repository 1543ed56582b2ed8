package io.openshell.core.network;

import java.util.Arrays;
import java.util.List;

/** The ports of an endpoint, at least one. Immutable. */
public final class Ports {

    /** The highest port. */
    public static final int MAX = 65_535;

    private final int[] sorted;

    private Ports(int[] sorted) {
        this.sorted = sorted;
    }

    /** @throws IllegalArgumentException if there is none or one is not from 1 to 65535; the message says which */
    public static Ports of(int... ports) {
        if (ports.length == 0) {
            throw new IllegalArgumentException("ports: none (expected: must declare at least one port)");
        }
        for (int port : ports) {
            if (port < 1 || port > MAX) {
                throw new IllegalArgumentException("invalid port " + port + " (expected: 1 to " + MAX + ")");
            }
        }
        return new Ports(Arrays.stream(ports).sorted().distinct().toArray());
    }

    public boolean contains(int port) {
        return sorted.length == 1 ? sorted[0] == port : Arrays.binarySearch(sorted, port) >= 0;
    }

    /** Ascending, each once. */
    public List<Integer> list() {
        return Arrays.stream(sorted).boxed().toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ports ports && Arrays.equals(sorted, ports.sorted);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sorted);
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
