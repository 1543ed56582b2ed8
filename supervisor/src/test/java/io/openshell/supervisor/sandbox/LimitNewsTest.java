package io.openshell.supervisor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.compute.Capabilities.Limit;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.SandboxRequest.Resources;
import io.openshell.api.compute.Workload;
import io.openshell.core.event.SandboxInfo;
import io.openshell.core.event.SecurityEvent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LimitNewsTest {

    private static final Resources ASKED = new Resources(null, 64L << 20, null);
    private static final Limits IN_FORCE = new Limits(ASKED, List.of(), Map.of());

    private final List<SecurityEvent> events = new ArrayList<>();
    private final SandboxLog log = new SandboxLog(events::add, new SandboxInfo("box-1", "box"), Clock.systemUTC());
    private Limits seenByDriver = IN_FORCE;
    private boolean driverAnswers = true;
    private int questions;

    private final LimitNews news = new LimitNews(new SandboxLimits(ASKED, false), log, this::asked);

    @Test
    void what_the_launcher_has_counted_is_told_without_asking_the_driver() throws SandboxException {
        news.begin(IN_FORCE);
        news.look(OptionalLong.of(2));
        assertThat(news.reached()).singleElement().asString().contains("memory limit reached", "2 processes", "64 MiB");
        assertThat(questions).isZero();
    }

    @Test
    void what_was_told_is_not_told_again() throws SandboxException {
        news.begin(IN_FORCE);
        news.look(OptionalLong.of(1));
        news.look(OptionalLong.of(1));
        assertThat(news.reached()).hasSize(1);
        news.look(OptionalLong.of(3));
        assertThat(news.reached()).hasSize(2).last().asString().contains("2 processes");
    }

    @Test
    void the_driver_is_asked_where_the_launcher_does_not_count() throws SandboxException {
        news.begin(IN_FORCE);
        seenByDriver = new Limits(ASKED, List.of(), Map.of(Limit.MEMORY, 1L));
        news.look(OptionalLong.empty());
        assertThat(news.reached()).singleElement().asString().contains("1 process ");
        assertThat(questions).isOne();
    }

    @Test
    void a_driver_that_does_not_answer_is_an_event() throws SandboxException {
        news.begin(IN_FORCE);
        int before = events.size();
        driverAnswers = false;
        news.look(OptionalLong.empty());
        assertThat(news.reached()).isEmpty();
        assertThat(events).hasSize(before + 1);
    }

    @Test
    void kills_without_a_limit_are_none_of_its_reaching() throws SandboxException {
        news.begin(Limits.NONE);
        news.look(OptionalLong.of(2));
        assertThat(news.reached()).isEmpty();
    }

    private Optional<Workload> asked() throws ComputeException {
        questions++;
        if (!driverAnswers) {
            throw new ComputeException(ComputeException.Kind.UNAVAILABLE, "an engine that is away");
        }
        return Optional.of(new Workload("box-1", "an instance", Workload.State.RUNNING, "", seenByDriver));
    }
}
