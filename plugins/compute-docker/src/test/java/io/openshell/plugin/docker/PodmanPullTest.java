package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;

/** Podman says what it is doing. */
final class PodmanPullTest extends PullContract {

    PodmanPullTest() {
        super(ContainerEngine.Kind.PODMAN);
    }

    @Override
    String progress() {
        return "(Copying|Writing|Getting|Storing) .*";
    }
}
