package io.openshell.plugin.sigv4;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which region an AWS host is in, by its name. */
final class Regions {

    private static final Pattern REGION = Pattern.compile("[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}");
    private static final List<String> SUFFIXES = List.of(".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".on.aws");

    /** Where hosts that name no region are, as in {@code sts.amazonaws.com} (AWS General Reference, service endpoints). */
    private static final String GLOBAL = "us-east-1";

    private Regions() {}

    /** The region of a host; empty if its name does not tell. */
    static Optional<String> of(String host) {
        return SUFFIXES.stream()
                .filter(host::endsWith)
                .findFirst()
                .flatMap(suffix -> named(host.substring(0, host.length() - suffix.length()))
                        .or(() -> suffix.equals(SUFFIXES.getFirst()) ? Optional.of(GLOBAL) : Optional.empty()));
    }

    /** It is the last label, or the one before ({@code name.eu-west-1.es}), or behind the service's name ({@code s3-eu-west-1}). */
    private static Optional<String> named(String name) {
        String[] labels = name.split("\\.");
        for (int i = labels.length - 1; i >= Math.max(0, labels.length - 2); i--) {
            String label = labels[i].startsWith("s3-") ? labels[i].substring(3) : labels[i];
            if (REGION.matcher(label).matches()) {
                return Optional.of(label);
            }
        }
        return Optional.empty();
    }
}
