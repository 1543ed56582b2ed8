package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Each fault that an implementation can have is found by its contract test. */
class FaultsTest {

    private static LineProtocol.Fault lineFault = LineProtocol.Fault.NONE;
    private static MemoryDriver.Fault driverFault = MemoryDriver.Fault.NONE;
    private static SealSigner.Fault signerFault = SealSigner.Fault.NONE;

    @ParameterizedTest
    @EnumSource
    void an_inspector_with_this_fault_fails(LineProtocol.Fault fault) {
        lineFault = fault;

        assertThat(failures(Lines.class).isEmpty()).isEqualTo(fault == LineProtocol.Fault.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void a_driver_with_this_fault_fails(MemoryDriver.Fault fault) {
        driverFault = fault;

        assertThat(failures(Driver.class).isEmpty()).isEqualTo(fault == MemoryDriver.Fault.NONE);
    }

    @ParameterizedTest
    @EnumSource
    void a_signer_with_this_fault_fails(SealSigner.Fault fault) {
        signerFault = fault;

        assertThat(failures(Signer.class).isEmpty()).isEqualTo(fault == SealSigner.Fault.NONE);
    }

    @Test
    void the_failure_says_which_rule_was_broken() {
        lineFault = LineProtocol.Fault.SENDS_BEFORE_IT_JUDGES;

        assertThat(failures(Lines.class)).contains("nothing_of_what_the_rules_refuse_reaches_the_upstream");
    }

    private static List<String> failures(Class<?> contract) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(contract))
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .execute()
                .testEvents()
                .failed()
                .map(Event::getTestDescriptor)
                .map(test -> test.getLegacyReportingName().replaceAll("\\(.*", ""))
                .toList();
    }

    /** Run by this test alone: its name is not one that the build looks for. */
    static class Lines extends ConnectionInspectorContract<LineProtocol.Options> {

        @Override
        protected ProtocolInspectorFactory<LineProtocol.Options> factory() {
            return new LineProtocol(lineFault);
        }

        @Override
        protected LineProtocol.Options usableOptions() {
            return new LineProtocol.Options("hello");
        }

        @Override
        protected LineProtocol.Options unusableOptions() {
            return new LineProtocol.Options("");
        }

        @Override
        protected byte[] allowedBytes() {
            return bytes("hello\nhello\n");
        }

        @Override
        protected byte[] deniedBytes() {
            return bytes("goodbye\n");
        }

        @Override
        protected byte[] endlessMessage() {
            return bytes("hello");
        }

        @Override
        protected int patience() {
            return 1 << 20;
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Run by this test alone. */
    static class Driver extends ComputeDriverContract {

        private final Map<String, Workload> platform = new ConcurrentSkipListMap<>();

        @Override
        protected ComputeDriver newDriver() {
            return new MemoryDriver(driverFault, platform);
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(1);
        }

        @Override
        protected SandboxRequest request(String id) {
            return MemoryDriverTest.of(id, "debian");
        }

        @Override
        protected SandboxRequest impossibleRequest(String id) {
            return MemoryDriverTest.of(id, null);
        }
    }

    /** Run by this test alone. */
    static class Signer extends CredentialRewriterContract<SealSigner.Options> {

        @Override
        protected CredentialRewriterFactory<SealSigner.Options> factory() {
            return new SealSigner(signerFault);
        }

        @Override
        protected SealSigner.Options usableOptions() {
            return new SealSigner.Options("KEY");
        }

        @Override
        protected SealSigner.Options unusableOptions() {
            return new SealSigner.Options("");
        }

        @Override
        protected Map<String, String> secrets() {
            return Map.of("KEY", "s3cret");
        }

        @Override
        protected RequestPart rewrittenPart() {
            return new RequestPart.Whole(
                    "GET", "https", "api.example", 443, "/", headers(Map.of()), ByteBuffer.allocate(0));
        }
    }
}
