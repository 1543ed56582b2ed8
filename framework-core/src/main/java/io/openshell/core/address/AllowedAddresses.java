package io.openshell.core.address;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An endpoint's {@code allowed_ips}: the internal addresses that its host may have. Immutable.
 */
public final class AllowedAddresses {

    /** A prefix shorter than this is worth a warning. */
    public static final int BROAD_PREFIX = 16;

    private static final AllowedAddresses NONE = new AllowedAddresses(List.of(), true);

    /** What no entry may overlap; what else is always blocked is refused when a connection is made. */
    private static final List<Cidr> RESERVED = List.of(
            Cidr.of("127.0.0.0/8"),
            Cidr.of("169.254.0.0/16"),
            Cidr.of("0.0.0.0/8"),
            Cidr.of("::1/128"),
            Cidr.of("::/128"),
            Cidr.of("fe80::/10"),
            Cidr.of("::ffff:127.0.0.0/104"),
            Cidr.of("::ffff:169.254.0.0/112"),
            Cidr.of("::ffff:0.0.0.0/104"));

    private static final Cidr MAPPED = Cidr.of("::ffff:0:0/96");

    private final List<Cidr> ranges;
    private final boolean publicToo;

    private AllowedAddresses(List<Cidr> ranges, boolean publicToo) {
        this.ranges = ranges;
        this.publicToo = publicToo;
    }

    /** No {@code allowed_ips}: any public address, no internal one. */
    public static AllowedAddresses none() {
        return NONE;
    }

    /**
     * Reads the entries of {@code allowed_ips}: ranges ({@code 10.0.5.0/24}) and single addresses.
     *
     * @param entries as written; an empty list is {@link #none}
     * @return the ranges, with a warning for each very broad one; or every problem, its path being {@code [i]}
     */
    public static Compilation<AllowedAddresses> compile(List<String> entries) {
        List<Cidr> ranges = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            String entry = entries.get(i);
            String place = "[" + i + "]";
            Optional<Cidr> range = Cidr.parse(entry);
            if (range.isEmpty()) {
                problems.add(new Problem(
                        place,
                        "invalid CIDR/IP in allowed_ips: " + entry
                                + " (expected: an address or range such as 10.0.5.0/24)"));
                continue;
            }
            if (RESERVED.stream().anyMatch(range.get()::overlaps)) {
                problems.add(new Problem(place, reserved(entry)));
            } else if (range.get().prefix() < BROAD_PREFIX) {
                warnings.add(new Problem(
                        place,
                        "very broad CIDR in allowed_ips: " + entry + " (expected: a prefix of " + BROAD_PREFIX
                                + " bits or more)"));
            }
            ranges.add(unmapped(range.get()));
        }
        return Compilation.of(
                ranges.isEmpty() ? NONE : new AllowedAddresses(List.copyOf(ranges), false), problems, warnings);
    }

    private static String reserved(String entry) {
        return "allowed_ips entry " + entry
                + " falls within always-blocked range (loopback/link-local/unspecified); remove this entry - such"
                + " addresses are refused whatever a policy says";
    }

    /** A range of mapped addresses is the range of the IPv4 addresses, as which the JDK knows them. */
    private static Cidr unmapped(Cidr range) {
        if (range.prefix() < 96 || !MAPPED.contains(range.network())) {
            return range;
        }
        byte[] bytes = range.network().getAddress();
        return new Cidr(IpLiteral.address(Arrays.copyOfRange(bytes, 12, 16)), range.prefix() - 96);
    }

    /** Exactly one address. */
    static AllowedAddresses only(InetAddress address) {
        return new AllowedAddresses(List.of(unmapped(new Cidr(address, address.getAddress().length * 8))), false);
    }

    /** The entries that allow exactly these addresses, each with {@code /32} or {@code /128}. */
    public static List<String> entriesFor(List<InetAddress> addresses) {
        return addresses.stream()
                .map(it -> IpLiteral.canonical(it) + "/" + it.getAddress().length * 8)
                .distinct()
                .toList();
    }

    /** What any of several endpoints allows. */
    public static AllowedAddresses union(List<AllowedAddresses> several) {
        if (several.stream().allMatch(one -> one == NONE)) {
            return NONE;
        }
        List<Cidr> ranges =
                several.stream().flatMap(one -> one.ranges.stream()).distinct().toList();
        return new AllowedAddresses(ranges, several.stream().anyMatch(one -> one.publicToo));
    }

    /** Whether there are no ranges. */
    public boolean isNone() {
        return ranges.isEmpty();
    }

    /** Whether some endpoint has no {@code allowed_ips}, so that a public address will do as well. */
    boolean publicToo() {
        return publicToo;
    }

    boolean contains(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** The ranges as {@code address/bits}, in the order given. */
    public List<String> ranges() {
        return ranges.stream().map(Cidr::toString).toList();
    }

    @Override
    public String toString() {
        return ranges().toString();
    }
}
