package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
    static final int SANDBOX_ID = 65_532;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

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
        return new HostAccounts(lines(passwd, 4), lines(group, 3));
    }

    /**
     * Looks the policy's user and group up.
     *
     * @throws SandboxException if there is no such account, or it is root
     */
    AgentIdentity resolve(ProcessIdentity wanted) throws SandboxException {
        int uid = user(wanted.user());
        int gid = group(wanted.group());
        if (uid == 0) {
            throw refused("process.run_as_user", wanted.user(), "any account but root");
        }
        if (gid == 0) {
            throw refused("process.run_as_group", wanted.group(), "any group but root's");
        }
        return new AgentIdentity(name(wanted.user()), uid, name(wanted.group()), gid);
    }

    private int user(String text) throws SandboxException {
        if (NUMBER.matcher(text).matches()) {
            return number("process.run_as_user", text);
        }
        Optional<Integer> id = find(users, text, 2);
        if (id.isEmpty() && text.equals(ProcessIdentity.SANDBOX)) {
            return SANDBOX_ID;
        }
        return id.orElseThrow(
                () -> refused("process.run_as_user", text, "sandbox, an account of this machine, or a user id from 1"));
    }

    private int group(String text) throws SandboxException {
        if (NUMBER.matcher(text).matches()) {
            return number("process.run_as_group", text);
        }
        Optional<Integer> id = find(groups, text, 2);
        if (id.isEmpty() && text.equals(ProcessIdentity.SANDBOX)) {
            return find(users, text, 3).orElse(SANDBOX_ID);
        }
        return id.orElseThrow(
                () -> refused("process.run_as_group", text, "sandbox, a group of this machine, or a group id from 1"));
    }

    /** An account that is only a number is called sandbox inside. */
    private static String name(String text) {
        return NUMBER.matcher(text).matches() ? ProcessIdentity.SANDBOX : text;
    }

    private static int number(String field, String text) throws SandboxException {
        long value = Long.parseLong(text);
        if (value > Integer.MAX_VALUE) {
            throw refused(field, text, "at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    private static Optional<Integer> find(List<String[]> entries, String name, int column) {
        return entries.stream()
                .filter(entry ->
                        entry[0].equals(name) && NUMBER.matcher(entry[column]).matches())
                .map(entry -> (int) Math.min(Long.parseLong(entry[column]), Integer.MAX_VALUE))
                .findFirst();
    }

    private static List<String[]> lines(Path file, int columns) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        // Names of other encodings are not ours to look up, but must not stop the others.
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(line -> line.split(":", -1))
                    .filter(fields -> fields.length >= columns)
                    .toList();
        }
    }

    private static SandboxException refused(String field, String value, String expected) {
        return new SandboxException(field + ": " + value + " (expected: " + expected + ")", null);
    }
}
