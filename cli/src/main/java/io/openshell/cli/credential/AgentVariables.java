package io.openshell.cli.credential;

import io.openshell.core.credential.Credential;
import io.openshell.core.credential.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Looks for secrets among the variables that {@code --env} gives an agent in clear. */
public final class AgentVariables {

    private static final String OPTION = "--env";

    /** As a whole word of a name, where words are divided by underscores. */
    private static final Pattern SECRET_NAME = Pattern.compile(
            "(?i)(.*_)?(token|secret|password|passwd|passphrase|credentials?|apikey|api_key|access_key|private_key"
                    + "|secret_key|auth_key)(_.*)?");

    /** What the keys of widely used services begin with, and what a signed token and a private key look like. */
    private static final Pattern SECRET_VALUE = Pattern.compile("(?s)(gh[opsur]_|github_pat_|glpat-|sk-|nvapi-|hf_"
            + "|xox[abeoprs]-|AKIA[0-9A-Z]{12}|AIza[0-9A-Za-z_-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY).*"
            + "|eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]*");

    private static final int SHORTEST = 8;

    private AgentVariables() {}

    /**
     * Refuses a key that is a credential's and a variable's.
     *
     * @throws CredentialRefusedException with all that are
     */
    public static void requireApart(Map<String, String> environment, Credentials credentials)
            throws CredentialRefusedException {
        List<String> problems = new ArrayList<>();
        for (Credential credential : credentials.all()) {
            if (environment.containsKey(credential.key())) {
                problems.add(OPTION + ": " + credential.key()
                        + ": also a credential (expected: one of the two; without --env the agent gets a placeholder)");
            }
        }
        if (!problems.isEmpty()) {
            throw new CredentialRefusedException(problems);
        }
    }

    /** What to warn about: a line for each variable that is, or looks like, a secret. */
    public static List<String> warnings(Map<String, String> environment, Credentials credentials) {
        List<String> warnings = new ArrayList<>();
        environment.forEach((name, value) -> {
            for (Credential credential : credentials.all()) {
                if (isValueOf(credential, value)) {
                    warnings.add(OPTION + ": " + name + ": the agent gets the value of the credential "
                            + credential.key() + " in clear (expected: no secret)");
                    return;
                }
            }
            boolean secret = value.length() >= SHORTEST
                    && (SECRET_NAME.matcher(name).matches()
                            || SECRET_VALUE.matcher(value).matches());
            if (secret) {
                warnings.add(OPTION + ": " + name + ": looks like a secret, and the agent gets it in clear (expected:"
                        + " --credential " + name + "@HOST, with which it gets a placeholder)");
            }
        });
        return warnings;
    }

    private static boolean isValueOf(Credential credential, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        boolean[] same = new boolean[1];
        credential.copy().ifPresent(secret -> {
            try (secret) {
                secret.reveal(it -> same[0] = Arrays.equals(it, bytes));
            }
        });
        return same[0];
    }
}
