package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;
import org.junit.jupiter.api.Tag;

@Tag("slow")
final class PodmanTroubleTest extends EngineTroubleContract {

    PodmanTroubleTest() {
        super(ContainerEngine.Kind.PODMAN);
    }
}
