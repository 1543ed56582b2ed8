package io.openshell.plugin.sigv4;

import java.util.Set;

/**
 * How a service wants its requests written down before they are hashed.
 *
 * @param pathAsItIs whether the path is signed as it is: {@code a//b} is another object than {@code a/b}. Other services
 *     want it made straight, and encoded once more than on the wire
 * @param payloadField whether what stands for the body must be a field too
 */
record ServiceRules(boolean pathAsItIs, boolean payloadField) {

    static final ServiceRules ORDINARY = new ServiceRules(false, false);
    static final ServiceRules S3 = new ServiceRules(true, true);

    private static final Set<String> LIKE_S3 = Set.of("s3", "s3-object-lambda", "s3-outposts");

    static ServiceRules of(String service) {
        return LIKE_S3.contains(service) ? S3 : ORDINARY;
    }
}
