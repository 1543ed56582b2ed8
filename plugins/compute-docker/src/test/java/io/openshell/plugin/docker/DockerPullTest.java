package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;

/** Docker says how much of it is there. */
final class DockerPullTest extends PullContract {

    DockerPullTest() {
        super(ContainerEngine.Kind.DOCKER);
    }

    @Override
    String progress() {
        return "[0-9]+\\.[0-9] of 4\\.[0-9] MiB";
    }
}
