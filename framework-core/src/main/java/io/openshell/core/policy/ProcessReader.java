package io.openshell.core.policy;

import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code process}. */
final class ProcessReader {

    /** The largest id; 4294967295 means "no change" to the kernel. */
    private static final long MAX_ID = 4_294_967_294L;

    private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,9}");

    /** What account tools accept (useradd(8)), in either case. A name can so not be mistaken for a number. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private static final String ROOT = "root";

    private final Findings findings;

    ProcessReader(Findings findings) {
        this.findings = findings;
    }

    ProcessIdentity read(YamlNode.Mapping section) {
        new RecordBinder(findings.problems()).bind(section, PolicyKeys.Identity.class);
        Fields fields = new Fields(section);
        Optional<String> user = fields.text("run_as_user").map(this::checked);
        Optional<String> group = fields.text("run_as_group").map(this::checked);
        return new ProcessIdentity(
                user.orElse(ProcessIdentity.SANDBOX),
                group.orElse(ProcessIdentity.SANDBOX),
                user.isPresent(),
                group.isPresent());
    }

    private String checked(YamlNode.Scalar node) {
        String text = node.text();
        boolean id = ID.matcher(text).matches() && Long.parseLong(text) <= MAX_ID;
        boolean name = NAME.matcher(text).matches() && !text.equals(ROOT);
        if (!id && !name) {
            findings.problems().unexpected(node, "an account's name other than root, or an id from 1 to " + MAX_ID);
        }
        return text;
    }
}
