package io.openshell.api.compute;

import io.openshell.api.config.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Starts and ends sandboxes' workloads on one platform. Thread-safe: calls for different sandboxes may come at the
 * same time; calls for the same sandbox never do.
 *
 * <p>Every method throws {@link ComputeException} when the platform refuses or cannot be reached; any other
 * exception, and a {@code null}, is a defect of the driver and is treated like {@link ComputeException.Kind#INTERNAL}.
 *
 * <p>Every call can be repeated: what exists already, is stopped already or is gone already is a success that changes
 * nothing. A sandbox that the driver does not know is no error for {@link #stop} and {@link #delete}, and is {@link
 * ComputeException.Kind#PRECONDITION} for {@link #start}.
 */
public interface ComputeDriver extends AutoCloseable {

    /** What this platform can do, whatever it finds here: a constant of the driver, for which nothing is asked. */
    Capabilities capabilities();

    /**
     * Whether the platform works here: reachable, new enough, permitted. Used by {@code doctor} and to pick a driver when
     * none is named.
     *
     * @return what is missing and what to do about it; empty if it works
     */
    List<Problem> check();

    /**
     * The resources that it can limit, as it stands here and now: tried, where that tells more than asking. Used by {@code
     * doctor}; may take its time, which no run waits for.
     */
    Set<Capabilities.Limit> limits();

    /**
     * What a run can do without and this platform lacks, such as permission to set limits. Used by {@code doctor}.
     *
     * @return what is missing and what to do about it; empty if nothing is
     */
    default List<Problem> shortcomings() {
        return List.of();
    }

    /**
     * Looks at an image, which is fetched first if need be: after this the platform has it, and a request can name it by
     * its id.
     *
     * @param reference what people call it, as in {@code debian:12} or {@code registry.example/team/agent@sha256:…}
     * @param progress told about each second of a fetch
     * @throws ComputeException with {@link ComputeException.Kind#INVALID} if the platform has no images, or the reference
     *     is none; {@link ComputeException.Kind#PRECONDITION} if there is no such image
     */
    default ImageFacts image(String reference, PullPolicy pull, Progress progress) throws ComputeException {
        throw new ComputeException(
                ComputeException.Kind.INVALID,
                "image: " + reference + " (expected: none; this platform shows this machine's own files)");
    }

    /**
     * What of this request the platform cannot do; empty if {@link #create} may be tried. Builds nothing. A limit that
     * cannot be put in force is not among it: {@link Workload#limits()} reports that.
     */
    List<Problem> validate(SandboxRequest request);

    /**
     * Starts the workload, all or nothing: what a failed call has made is removed before it throws. Returns when the
     * platform has started the launcher, which then connects to the control socket by itself. Called with a request that
     * {@link #validate} has no problem with; if the sandbox's workload exists, it is returned as it is.
     *
     * <p>Every limit that the request asks for is in force before the launcher starts its first process, or is reported
     * as {@linkplain Limits#unmet unmet}. One that cannot be put in force is no failure: the core decides what becomes of
     * it.
     *
     * @param progress told about slow steps, such as an image being fetched
     */
    Workload create(SandboxRequest request, Progress progress) throws ComputeException;

    /**
     * Takes charge of a workload that the same driver in another process has made, and that a supervisor of this process
     * has just taken over: {@link #find}, {@link #stop} and {@link #delete} are for it too from now on. A platform that
     * remembers its workloads has nothing to do for that.
     *
     * @param instance what {@link Workload#instance()} was there
     * @throws ComputeException with {@link ComputeException.Kind#PRECONDITION} if there is no such workload
     */
    default Workload adopt(String sandboxId, String instance) throws ComputeException {
        return find(sandboxId)
                .orElseThrow(() -> new ComputeException(
                        ComputeException.Kind.PRECONDITION, sandboxId + ": not there (expected: running)"));
    }

    /** The workload of a sandbox, if the platform has it. */
    Optional<Workload> find(String sandboxId) throws ComputeException;

    /** Every workload that this driver has made and that still exists. */
    List<Workload> list() throws ComputeException;

    /**
     * Tells {@code listener} about every workload now, and then about each change, from one thread.
     *
     * @return ends the watch when closed
     */
    Watch watch(Consumer<WorkloadEvent> listener) throws ComputeException;

    /** Ends the workload's processes and keeps what {@link #start} needs. */
    void stop(String sandboxId) throws ComputeException;

    /** Starts a stopped workload again. */
    void start(String sandboxId) throws ComputeException;

    /** Ends and removes the workload. */
    void delete(String sandboxId) throws ComputeException;

    /** Gives back what the driver itself holds, such as connections; workloads go on. A second call does nothing. */
    @Override
    void close();

    /** A running watch. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Takes reports of slow steps. */
    @FunctionalInterface
    interface Progress {
        /** @param step what is being done, in one line */
        void step(String step);
    }
}
