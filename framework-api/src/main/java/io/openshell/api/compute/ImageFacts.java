package io.openshell.api.compute;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What an image says of itself.
 *
 * @param id the image's own name, which does not come to stand for another one: what a request names, so that what runs is
 *     what was looked at
 * @param user whom its maker wants it to run as: {@code user[:group]}, each a name or a number; empty if it does not say
 * @param workdir the absolute folder that its maker wants it to run in; empty if it does not say
 * @param environment the variables that its maker set
 * @param os what it is for, as in {@code linux}
 * @param architecture what it is for, as in {@code amd64}
 */
public record ImageFacts(
        String id, String user, String workdir, Map<String, String> environment, String os, String architecture) {

    public ImageFacts {
        for (Object part : List.of(id, user, workdir, os, architecture)) {
            Objects.requireNonNull(part);
        }
        environment = Map.copyOf(environment);
    }
}
