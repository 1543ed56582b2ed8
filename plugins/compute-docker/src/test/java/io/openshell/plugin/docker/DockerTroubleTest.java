package io.openshell.plugin.docker;

import io.openshell.testkit.ContainerEngine;
import org.junit.jupiter.api.Tag;

@Tag("slow")
final class DockerTroubleTest extends EngineTroubleContract {

    DockerTroubleTest() {
        super(ContainerEngine.Kind.DOCKER);
    }
}
