package io.openshell.proxy;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.EndpointContext;
import io.openshell.api.inspect.Headers;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small protocol for tests: requests whose {@code METHOD /path} begins with a prefix are allowed; with {@code
 * body}, only if the body holds the word {@code please}. An upgrade is allowed to {@code raw}, unread, and to
 * {@code lines}, whose lines must not hold {@code forbidden}.
 */
public final class PrefixProtocol implements ProtocolInspectorFactory<PrefixProtocol.Options> {

    /**
     * @param allow prefixes
     * @param body how long a body may be that is judged; absent to leave bodies alone
     */
    public record Options(List<String> allow, @Nullable Integer body) {}

    @Override
    public String name() {
        return "prefix";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<ProtocolInspector> create(Options options, EndpointContext context) {
        return Compilation.of(new Inspector(options));
    }

    private record Inspector(Options options) implements RequestInspector {

        @Override
        public BodyNeed bodyNeed(Request head) {
            return options.body() == null ? BodyNeed.NONE : new BodyNeed.Whole(options.body());
        }

        @Override
        public Verdict inspect(Request request) {
            String subject = request.method() + " " + request.path();
            if (options.allow().stream().noneMatch(subject::startsWith)) {
                return Verdict.Denied.notPermitted(subject + " not permitted by policy");
            }
            boolean polite =
                    options.body() == null || text(request.body().orElseThrow()).contains("please");
            return polite ? new Verdict.Allowed("allow") : Verdict.Denied.notPermitted("impolite body");
        }

        @Override
        public UpgradeVerdict inspectUpgrade(Request request) {
            Verdict verdict = inspect(request);
            if (!(verdict instanceof Verdict.Allowed)) {
                return new UpgradeVerdict.Refused(verdict);
            }
            return switch (request.headers().first("upgrade").orElse("")) {
                case "raw" -> new UpgradeVerdict.Unread("allow");
                case "lines" -> new UpgradeVerdict.Inspected("allow", List.of(), Inspector::open);
                default -> new UpgradeVerdict.Refused(new Verdict.Unreadable("unknown upgrade"));
            };
        }

        private static StreamInspector open(Headers response, Judge judge) {
            if (!response.first("upgrade").orElse("").equals("lines")) {
                throw new IllegalArgumentException("upgrade: not lines");
            }
            return new LinesProtocol.Stream(judge);
        }
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    static StreamVerdict close(String reason) {
        return new StreamVerdict.Close(
                List.of(), List.of(ByteBuffer.wrap("no\n".getBytes(StandardCharsets.US_ASCII))), reason);
    }
}
