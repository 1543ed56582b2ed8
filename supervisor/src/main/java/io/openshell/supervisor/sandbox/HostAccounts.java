package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * This machine's accounts, as far as {@code /etc/passwd} and {@code /etc/group} know them, and the identity that a
 * policy's {@code process} section means with them.
 *
 * <p>{@code sandbox} need not exist here: it is then {@link #SANDBOX_ID}, a number that belongs to nobody on a
 * usual system (65520 to 65533 are left free by systemd and by distributions, and container images use this one for the
 * same purpose).
 */
final class HostAccounts {

    /** User and group id of {@code sandbox} on a machine that has no such account. */
    static final long SANDBOX_ID = 65_532;

    /** The largest id; 4294967295 means "no change" to the kernel. */
    private static final long MAX_ID = 4_294_967_294L;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    private static final String USER = "process.run_as_user";
    private static final String GROUP = "process.run_as_group";

    private final List<String[]> users;
    private final List<String[]> groups;

    private HostAccounts(List<String[]> users, List<String[]> groups) {
        this.users = users;
        this.groups = groups;
    }

    static HostAccounts ofThisMachine() throws IOException {
        return read(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    /** Reads account files; one that is missing has no entries. */
    static HostAccounts read(Path passwd, Path group) throws IOException {
        return new HostAccounts(lines(passwd), lines(group));
    }

    /**
     * Looks the policy's user and group up.
     *
     * <p>The agent's groups are the one group alone: whatever else the machine's account is a member of was not given to
     * it with an agent in mind.
     *
     * @throws SandboxException if there is no such account, its entry cannot be read, or it is root under any name
     */
    AgentIdentity resolve(ProcessIdentity wanted) throws SandboxException {
        long uid = user(wanted.user());
        long gid = group(wanted.group());
        if (uid == 0) {
            throw refused(USER, wanted.user(), "any account but root");
        }
        if (gid == 0) {
            throw refused(GROUP, wanted.group(), "any group but root's");
        }
        return new AgentIdentity(name(wanted.user()), uid, name(wanted.group()), gid);
    }

    private long user(String text) throws SandboxException {
        if (NUMBER.matcher(text).matches()) {
            return number(USER, text);
        }
        OptionalLong id = find(USER, users, text, 2);
        if (id.isEmpty() && !text.equals(ProcessIdentity.SANDBOX)) {
            throw refused(USER, text, "sandbox, an account of this machine, or a user id from 1");
        }
        return id.orElse(SANDBOX_ID);
    }

    private long group(String text) throws SandboxException {
        if (NUMBER.matcher(text).matches()) {
            return number(GROUP, text);
        }
        OptionalLong id = find(GROUP, groups, text, 2);
        if (id.isEmpty() && !text.equals(ProcessIdentity.SANDBOX)) {
            throw refused(GROUP, text, "sandbox, a group of this machine, or a group id from 1");
        }
        return id.isPresent() ? id.getAsLong() : find(GROUP, users, text, 3).orElse(SANDBOX_ID);
    }

    /** An account that is only a number is called sandbox inside. */
    private static String name(String text) {
        return NUMBER.matcher(text).matches() ? ProcessIdentity.SANDBOX : text;
    }

    private static long number(String field, String text) throws SandboxException {
        long value = Long.parseLong(text);
        if (value > MAX_ID) {
            throw refused(field, text, "at most " + MAX_ID);
        }
        return value;
    }

    /** Of several entries of a name the first counts, as for the C library; but none of them may be root or unreadable. */
    private static OptionalLong find(String field, List<String[]> entries, String name, int column)
            throws SandboxException {
        OptionalLong first = OptionalLong.empty();
        for (String[] entry : entries) {
            if (!entry[0].equals(name)) {
                continue;
            }
            long id = id(field, name, entry, column);
            if (id == 0) {
                return OptionalLong.of(id);
            }
            first = first.isPresent() ? first : OptionalLong.of(id);
        }
        return first;
    }

    private static long id(String field, String name, String[] entry, int column) throws SandboxException {
        String text = column < entry.length ? entry[column] : "";
        if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > MAX_ID) {
            throw refused(
                    field, name, "an entry of this machine with an id from 1 to " + MAX_ID + ", not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static List<String[]> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Names of other encodings are not ours to look up, but must not stop the others.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", -1)).toList();
        }
    }

    private static SandboxException refused(String field, String value, String expected) {
        return new SandboxException(field + ": " + value + " (expected: " + expected + ")", null);
    }
}
