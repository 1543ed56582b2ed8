package io.openshell.plugin.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.plugin.docker.http.HttpAnswer;
import org.junit.jupiter.api.Test;

class EngineTest {

    @Test
    void what_goes_while_podman_looks_is_not_there() {
        String gone =
                "{\"cause\":\"no such container\",\"message\":\"container 4e00 does not exist in database: no such"
                        + " container\",\"response\":500}";

        assertThat(Engine.isMissing(new HttpAnswer(500, gone))).isTrue();
        assertThat(Engine.isMissing(new HttpAnswer(404, "{\"message\":\"page not found\"}")))
                .isTrue();
        assertThat(Engine.isMissing(new HttpAnswer(500, "{\"message\":\"database is locked\"}")))
                .isFalse();
        assertThat(Engine.isMissing(new HttpAnswer(200, "{\"Name\":\"no such container\"}")))
                .isFalse();
    }
}
