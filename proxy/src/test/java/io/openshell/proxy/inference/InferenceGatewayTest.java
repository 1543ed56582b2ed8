package io.openshell.proxy.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.openshell.core.echo.EchoScanner;
import io.openshell.core.echo.EchoWorkspace;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.inference.InferenceSettings;
import io.openshell.core.inference.KeySource;
import io.openshell.core.inference.RouteFile;
import io.openshell.proxy.egress.Dialer;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class InferenceGatewayTest {

    private static InferenceGateway gateway() {
        InferenceSettings settings = ((RouteFile.Loaded) RouteFile.read(
                        "routes: [{provider_type: openai, model: m, endpoint: \"https://backend.test/v1\"}]",
                        KeySource.of(Map.of("OPENAI_API_KEY", InferenceLab.KEY))))
                .settings();
        return new InferenceGateway(
                settings,
                new InferenceGateway.Surroundings(
                        new SandboxInfo("id", "name"),
                        InstantSource.system(),
                        event -> {},
                        host -> CompletableFuture.failedFuture(new UnsupportedOperationException()),
                        new Dialer(
                                UnpooledByteBufAllocator.DEFAULT,
                                WriteBufferWaterMark.DEFAULT,
                                UnaryOperator.identity()),
                        (connection, loop, host, port) -> loop.newPromise(),
                        Runnable::run));
    }

    @Test
    void what_is_known_of_keys_is_gone_with_the_sandbox_and_the_last_answer() {
        InferenceGateway gateway = gateway();
        EchoWorkspace workspace = new EchoWorkspace();
        try (EchoScanner last = EchoScanner.open(gateway.echoes(), workspace).orElseThrow()) {
            gateway.close();

            assertThat(EchoScanner.open(gateway.echoes(), workspace)).isEmpty();
            byte[] answer = InferenceLab.KEY.getBytes(UTF_8);
            int at = last.prepare(answer.length);
            System.arraycopy(answer, 0, last.wire(), at, answer.length);
            last.scan(answer.length, true);
            assertThat(last.found()).as("the answer that was under way").isNotEmpty();
        }
    }
}
