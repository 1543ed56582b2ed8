package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.Limits.Unmet;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What holds for every report on limits. */
final class LimitRules {

    /** Limits that every machine has room for. */
    static final Resources SOME = new Resources(128, 256L << 20, 0.5);

    static final Resources ONLY_PIDS = new Resources(128, null, null);

    /** A limit may come out this much lower, because memory is counted in pages and time in ticks. */
    private static final double CLOSE = 0.98;

    private LimitRules() {}

    /** The same request with other limits. */
    static SandboxRequest limited(SandboxRequest request, Resources resources) {
        return request.with(resources);
    }

    static void check(Resources asked, Limits limits, Set<Limit> possible) {
        assertThat(limits.reached())
                .as("limits reached by a workload that does nothing")
                .isEmpty();
        assertThat(limits.unmet()).allSatisfy(unmet -> {
            assertThat(unmet.reason())
                    .as("why a limit is not in force")
                    .isNotBlank()
                    .doesNotContain("\n", "\r");
            assertThat(unmet.remedy()).as("what to do about it").isNotBlank().doesNotContain("\n", "\r");
        });
        for (Limit limit : Limit.values()) {
            Number wanted = value(asked, limit);
            Number held = value(limits.inForce(), limit);
            List<Limit> reported = limits.unmet().stream()
                    .map(Unmet::limit)
                    .filter(limit::equals)
                    .toList();
            if (wanted == null) {
                assertThat(held).as("%s, which nobody asked for", limit).isNull();
                assertThat(reported).as("%s, which nobody asked for", limit).isEmpty();
            } else if (held == null) {
                assertThat(reported).as("%s, which is not in force", limit).hasSize(1);
            } else {
                assertThat(reported).as("%s, which is in force", limit).isEmpty();
                assertThat(held.doubleValue())
                        .as("%s in force", limit)
                        .isBetween(wanted.doubleValue() * CLOSE, wanted.doubleValue());
            }
            if (wanted != null) {
                assertThat(held != null)
                        .as("%s is in force as the driver says", limit)
                        .isEqualTo(possible.contains(limit));
            }
        }
    }

    private static @Nullable Number value(Resources resources, Limit limit) {
        return switch (limit) {
            case PIDS -> resources.pids();
            case MEMORY -> resources.memoryBytes();
            case CPU -> resources.cpus();
        };
    }
}
