package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.openshell.api.compute.ComputeDriver;
import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Limits;
import io.openshell.api.compute.PullPolicy;
import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.Workload;
import io.openshell.api.compute.WorkloadEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every compute driver does. Each test begins with a driver that {@link #newDriver} makes, and no workloads. */
public abstract class ComputeDriverContract {

    private static final ComputeDriver.Progress QUIET = step -> {};
    private static final String ID = "contract-1";
    private static final String OTHER = "contract-2";
    private static final int MAKERS = 6;

    private Optional<ComputeDriver> made = Optional.empty();

    /** A driver on a platform without workloads of an earlier test. */
    protected abstract ComputeDriver newDriver() throws Exception;

    /** A request that the platform can fulfil, with this id. */
    protected abstract SandboxRequest request(String id) throws Exception;

    /** A request that the platform cannot fulfil and that {@code validate} finds, with this id. */
    protected abstract SandboxRequest impossibleRequest(String id) throws Exception;

    /** How long a platform may take for one step. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    @BeforeEach
    final void make() throws Exception {
        made = Optional.of(newDriver());
    }

    @AfterEach
    final void remove() throws Exception {
        if (made.isEmpty()) {
            return;
        }
        driver().delete(ID);
        driver().delete(OTHER);
        driver().close();
    }

    /** This test's driver. */
    protected final ComputeDriver driver() {
        return made.orElseThrow();
    }

    @Test
    final void capabilities_do_not_change() {
        assertThat(driver().capabilities()).isNotNull().isEqualTo(driver().capabilities());
    }

    @Test
    final void a_platform_that_works_has_nothing_to_report() {
        assertThat(driver().check()).isEmpty();
    }

    @Test
    final void a_request_that_cannot_be_fulfilled_is_found_before_anything_is_built() throws Exception {
        assertThat(driver().validate(request(ID))).isEmpty();
        FactoryRules.check(driver().validate(impossibleRequest(ID)));
        assertThat(driver().list()).isEmpty();
    }

    @Test
    final void a_workload_is_created_found_listed_and_deleted() throws Exception {
        Workload created = driver().create(request(ID), QUIET);

        assertThat(created.sandboxId()).isEqualTo(ID);
        assertThat(created.instance()).isNotBlank();
        assertThat(driver().find(ID)).map(Workload::instance).contains(created.instance());
        assertThat(driver().list()).extracting(Workload::sandboxId).containsExactly(ID);

        driver().delete(ID);

        assertThat(driver().find(ID)).isEmpty();
        assertThat(driver().list()).isEmpty();
    }

    @Test
    final void each_limit_that_is_asked_for_is_in_force_or_reported() throws Exception {
        Workload workload = driver().create(LimitRules.limited(request(ID), LimitRules.SOME), QUIET);

        LimitRules.check(LimitRules.SOME, workload.limits(), driver().limits());
        assertThat(driver().find(ID)).map(Workload::limits).contains(workload.limits());
    }

    @Test
    final void a_limit_alone_is_as_good_as_with_others_and_none_is_made_up() throws Exception {
        SandboxRequest request = LimitRules.limited(request(ID), LimitRules.ONLY_PIDS);
        LimitRules.check(LimitRules.ONLY_PIDS, driver().create(request, QUIET).limits(), driver().limits());
        SandboxRequest other = LimitRules.limited(request(OTHER), SandboxRequest.Resources.UNLIMITED);
        assertThat(driver().create(other, QUIET).limits()).isEqualTo(Limits.NONE);
    }

    @Test
    final void a_limit_is_no_reason_to_refuse_a_request() throws Exception {
        assertThat(driver().validate(LimitRules.limited(request(ID), LimitRules.SOME)))
                .isEmpty();
    }

    @Test
    final void what_falls_short_is_said_in_one_line_each() {
        if (!driver().shortcomings().isEmpty()) {
            FactoryRules.check(driver().shortcomings());
        }
    }

    @Test
    final void creating_what_exists_changes_nothing() throws Exception {
        Workload first = driver().create(request(ID), QUIET);
        Workload second = driver().create(request(ID), QUIET);

        assertThat(second.instance()).isEqualTo(first.instance());
        assertThat(driver().list()).hasSize(1);
    }

    @Test
    final void what_is_made_at_the_same_time_is_made_once() throws Exception {
        SandboxRequest request = request(ID);
        Set<String> instances = ConcurrentHashMap.newKeySet();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> makers = new ArrayList<>();
        for (int i = 0; i < MAKERS; i++) {
            makers.add(Thread.ofVirtual().start(() -> {
                try {
                    instances.add(driver().create(request, QUIET).instance());
                } catch (ComputeException | RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        for (Thread maker : makers) {
            maker.join();
        }
        assertThat(failures).isEmpty();
        assertThat(instances).hasSize(1);
        assertThat(driver().list()).hasSize(1);
    }

    @Test
    final void a_platform_that_remembers_shows_another_driver_the_same() throws Exception {
        assumeThat(driver().capabilities().restart())
                .as("the platform remembers workloads")
                .isTrue();
        Workload made = driver().create(request(ID), QUIET);
        ComputeDriver later = newDriver();
        try {
            assertThat(later.find(ID)).map(Workload::instance).contains(made.instance());
            assertThat(later.create(request(ID), QUIET).instance()).isEqualTo(made.instance());
            later.delete(ID);
            assertThat(driver().list()).isEmpty();
        } finally {
            later.close();
        }
    }

    @Test
    final void an_image_is_looked_at_exactly_where_there_are_images() {
        if (!driver().capabilities().images()) {
            assertThatThrownBy(() -> driver().image("any", PullPolicy.NEVER, QUIET))
                    .isInstanceOfSatisfying(
                            ComputeException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.INVALID));
        }
    }

    @Test
    final void workloads_are_apart() throws Exception {
        driver().create(request(ID), QUIET);
        driver().create(request(OTHER), QUIET);
        driver().delete(ID);

        assertThat(driver().list()).extracting(Workload::sandboxId).containsExactly(OTHER);
    }

    @Test
    final void stopping_and_deleting_can_be_repeated_and_need_no_workload() throws Exception {
        driver().stop("contract-unknown");
        driver().delete("contract-unknown");
        driver().create(request(ID), QUIET);
        driver().stop(ID);
        driver().stop(ID);
        assertThat(driver().find(ID)).map(Workload::state).isNotEqualTo(Optional.of(Workload.State.RUNNING));
        driver().delete(ID);
        driver().delete(ID);

        assertThat(driver().find(ID)).isEmpty();
        assertThat(driver().find("contract-unknown")).isEmpty();
    }

    @Test
    final void what_is_not_there_cannot_be_started() {
        assertThatThrownBy(() -> driver().start("contract-unknown"))
                .isInstanceOfSatisfying(
                        ComputeException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(ComputeException.Kind.PRECONDITION));
    }

    @Test
    final void a_stopped_workload_can_be_started_again_where_the_platform_says_so() throws Exception {
        assumeThat(driver().capabilities().restart())
                .as("the platform restarts workloads")
                .isTrue();
        driver().create(request(ID), QUIET);
        driver().stop(ID);
        driver().start(ID);
        driver().start(ID);

        assertThat(driver().find(ID)).isPresent();
    }

    @Test
    final void a_watch_tells_what_is_there_and_then_what_changes() throws Exception {
        BlockingQueue<WorkloadEvent> events = new LinkedBlockingQueue<>();
        driver().create(request(ID), QUIET);
        try (ComputeDriver.Watch watch = driver().watch(events::add)) {
            assertThat(watch).isNotNull();
            awaitSeen(events, ID);
            driver().create(request(OTHER), QUIET);
            awaitSeen(events, OTHER);
            driver().delete(ID);
            await(events, new WorkloadEvent.Gone(ID));
        }
    }

    @Test
    final void each_watch_tells_that_a_workload_has_ended() throws Exception {
        List<BlockingQueue<WorkloadEvent>> told = List.of(new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
        driver().create(request(ID), QUIET);
        try (ComputeDriver.Watch first = driver().watch(told.getFirst()::add);
                ComputeDriver.Watch second = driver().watch(told.getLast()::add)) {
            assertThat(first).isNotSameAs(second);
            for (BlockingQueue<WorkloadEvent> events : told) {
                awaitSeen(events, ID);
            }
            driver().stop(ID);
            for (BlockingQueue<WorkloadEvent> events : told) {
                while (!hasEnded(next(events))) {
                    // It may be told once more before.
                }
            }
        }
    }

    /** A platform that does not keep what has ended has it no more. */
    private static boolean hasEnded(WorkloadEvent event) {
        return switch (event) {
            case WorkloadEvent.Gone gone -> gone.sandboxId().equals(ID);
            case WorkloadEvent.Seen seen ->
                seen.workload().sandboxId().equals(ID) && seen.workload().state() != Workload.State.RUNNING;
            case WorkloadEvent.Restarted restarted -> false;
        };
    }

    @Test
    final void what_was_deleted_can_be_created_anew_and_what_runs_is_not_started_twice() throws Exception {
        driver().create(request(ID), QUIET);
        driver().delete(ID);
        Workload anew = driver().create(request(ID), QUIET);
        driver().start(ID);

        assertThat(driver().find(ID)).contains(anew);
        assertThat(driver().list()).hasSize(1);
    }

    @Test
    final void an_ended_watch_tells_nothing_more() throws Exception {
        BlockingQueue<WorkloadEvent> events = new LinkedBlockingQueue<>();
        driver().watch(events::add).close();
        events.clear();
        driver().create(request(ID), QUIET);

        assertThat(events.poll(500, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    final void closing_can_be_repeated() {
        driver().close();

        assertThatCode(driver()::close).doesNotThrowAnyException();
        made = Optional.empty();
    }

    private void awaitSeen(BlockingQueue<WorkloadEvent> events, String id) throws InterruptedException {
        WorkloadEvent event = next(events);
        while (!(event instanceof WorkloadEvent.Seen seen
                && seen.workload().sandboxId().equals(id))) {
            event = next(events);
        }
    }

    private void await(BlockingQueue<WorkloadEvent> events, WorkloadEvent expected) throws InterruptedException {
        while (!next(events).equals(expected)) {
            // What came before may be repeated or in between.
        }
    }

    private WorkloadEvent next(BlockingQueue<WorkloadEvent> events) throws InterruptedException {
        WorkloadEvent event = events.poll(patience().toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new AssertionError("no event within " + patience() + " (expected: one from the watch)");
        }
        return event;
    }
}
