package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.ProcessIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The accounts of this machine or of an image, as far as {@code /etc/passwd} and {@code /etc/group} know them, and the
 * identity that a policy's {@code process} section means with them.
 *
 * <p>{@code sandbox} need not exist here: it is then {@link #SANDBOX_ID}, a number that belongs to nobody on a
 * usual system (65520 to 65533 are left free by systemd and by distributions, and container images use this one for the
 * same purpose).
 */
final class Accounts {

    /** User and group id of {@code sandbox} where there is no such account. */
    static final long SANDBOX_ID = 65_532;

    /** The largest id; 4294967295 means "no change" to the kernel. */
    private static final long MAX_ID = 4_294_967_294L;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");
    static final String USER = "process.run_as_user";
    static final String GROUP = "process.run_as_group";

    private final String whose;
    private final List<String[]> users;
    private final List<String[]> groups;

    private Accounts(String whose, List<String[]> users, List<String[]> groups) {
        this.whose = whose;
        this.users = users;
        this.groups = groups;
    }

    static Accounts ofThisMachine() throws IOException {
        return read(Path.of("/etc/passwd"), Path.of("/etc/group"));
    }

    /** Reads account files; one that is missing has no entries. */
    static Accounts read(Path passwd, Path group) throws IOException {
        return new Accounts("this machine", lines(passwd), lines(group));
    }

    /** Those of an image, from what its account files hold; empty for one that is missing. */
    static Accounts ofImage(String passwd, String group) {
        return new Accounts("the image", split(passwd.lines()), split(group.lines()));
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
        long uid = userId(USER, wanted.user());
        long gid = groupId(GROUP, wanted.group());
        if (uid == 0) {
            throw refused(USER, wanted.user(), "any account but root");
        }
        if (gid == 0) {
            throw refused(GROUP, wanted.group(), "any group but root's");
        }
        return new AgentIdentity(name(wanted.user()), uid, name(wanted.group()), gid);
    }

    /** What a name or number means as a user, which may be 0. */
    long userId(String field, String text) throws SandboxException {
        if (isNumber(text)) {
            return number(field, text);
        }
        OptionalLong id = find(field, users, text, 2);
        if (id.isEmpty() && !text.equals(ProcessIdentity.SANDBOX)) {
            throw refused(field, text, "sandbox, an account of " + whose + ", or a user id from 1");
        }
        return id.orElse(SANDBOX_ID);
    }

    /** What a name or number means as a group, which may be 0. */
    long groupId(String field, String text) throws SandboxException {
        if (isNumber(text)) {
            return number(field, text);
        }
        OptionalLong id = find(field, groups, text, 2);
        if (id.isEmpty() && !text.equals(ProcessIdentity.SANDBOX)) {
            throw refused(field, text, "sandbox, a group of " + whose + ", or a group id from 1");
        }
        return id.isPresent() ? id.getAsLong() : find(field, users, text, 3).orElse(SANDBOX_ID);
    }

    /** The group that a user's own entry names, if the user has an entry that can be read. */
    OptionalLong primaryGroup(long uid) {
        return users.stream()
                .filter(entry -> isId(entry, 2, uid)
                        && entry.length > 3
                        && NUMBER.matcher(entry[3]).matches())
                .mapToLong(entry -> Long.parseLong(entry[3]))
                .findFirst();
    }

    boolean hasUser(long uid) {
        return users.stream().anyMatch(entry -> isId(entry, 2, uid));
    }

    boolean hasGroup(long gid) {
        return groups.stream().anyMatch(entry -> isId(entry, 2, gid));
    }

    /** What a user is called here, or is to be called if it has no name yet. */
    String userName(long uid) {
        return name(users, uid);
    }

    /** What a group is called here, or is to be called if it has no name yet. */
    String groupName(long gid) {
        return name(groups, gid);
    }

    private static String name(List<String[]> entries, long id) {
        return entries.stream()
                .filter(entry -> isId(entry, 2, id))
                .map(entry -> entry[0])
                .findFirst()
                .orElseGet(() -> entries.stream().anyMatch(entry -> entry[0].equals(ProcessIdentity.SANDBOX))
                        ? "agent-" + id
                        : ProcessIdentity.SANDBOX);
    }

    private static boolean isId(String[] entry, int column, long id) {
        return entry.length > column && NUMBER.matcher(entry[column]).matches() && Long.parseLong(entry[column]) == id;
    }

    private static boolean isNumber(String text) {
        return text.chars().allMatch(each -> each >= '0' && each <= '9') && !text.isEmpty();
    }

    /** An account that is only a number is called sandbox inside. */
    private static String name(String text) {
        return isNumber(text) ? ProcessIdentity.SANDBOX : text;
    }

    private static long number(String field, String text) throws SandboxException {
        BigInteger value = new BigInteger(text);
        if (value.compareTo(BigInteger.valueOf(MAX_ID)) > 0) {
            throw refused(field, text, "at most " + MAX_ID);
        }
        return value.longValueExact();
    }

    /** Of several entries of a name the first counts, as for the C library; but none of them may be root or unreadable. */
    private OptionalLong find(String field, List<String[]> entries, String name, int column) throws SandboxException {
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

    private long id(String field, String name, String[] entry, int column) throws SandboxException {
        String text = column < entry.length ? entry[column] : "";
        if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > MAX_ID) {
            throw refused(
                    field, name, "an entry of " + whose + " with an id from 1 to " + MAX_ID + ", not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static List<String[]> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Names of other encodings are not ours to look up, but must not stop the others.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return split(lines);
        }
    }

    private static List<String[]> split(Stream<String> lines) {
        return lines.map(line -> line.split(":", -1)).toList();
    }

    private static SandboxException refused(String field, String value, String expected) {
        return new SandboxException(field + ": " + value + " (expected: " + expected + ")", null);
    }
}
