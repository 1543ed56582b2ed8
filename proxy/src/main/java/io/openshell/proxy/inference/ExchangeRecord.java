package io.openshell.proxy.inference;

import io.openshell.core.event.ApiCall;
import io.openshell.core.event.Destination;
import io.openshell.core.event.Fact;
import io.openshell.core.inference.BudgetMeter;
import io.openshell.core.inference.InferenceRoute;
import io.openshell.core.inference.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What one exchange leaves on record, and in the budget. Nothing of what was asked or answered. */
final class ExchangeRecord {

    private final InferenceGateway gateway;
    private final InferenceRequest request;
    private final BudgetMeter.Admitted admitted;
    private final LongSupplier nanoTime;
    private final long begun;
    private long firstByte;
    private int attempts;
    private @Nullable InferenceRoute route;

    /** @param nanoTime as {@link System#nanoTime()} */
    ExchangeRecord(
            InferenceGateway gateway, InferenceRequest request, BudgetMeter.Admitted admitted, LongSupplier nanoTime) {
        this.gateway = gateway;
        this.request = request;
        this.admitted = admitted;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    void attempt(InferenceRoute at) {
        attempts++;
        route = at;
    }

    /** The attempt came to nothing, and another one follows. */
    void attemptFailed(String reason) {
        gateway.surroundings().events().emit(gateway.apiEvents().failed(call(), 0, reason, facts()));
    }

    void firstByte() {
        firstByte = nanoTime.getAsLong();
    }

    /** The request was refused before anything of it was sent. */
    void refused(String reason) {
        gateway.budget().settle(admitted, 0);
        gateway.denied(reason);
    }

    /**
     * The exchange is over.
     *
     * @param status the backend's; 0 for none
     * @param problem empty if there was none
     * @param answer as far as it came, or {@code null}
     */
    void over(int status, String problem, @Nullable AnswerRelay answer, boolean complete) {
        Usage usage = answer == null ? Usage.NONE : answer.usage(complete);
        boolean failedStatus = status >= 400;
        Usage counted = failedStatus ? Usage.NONE : usage;
        gateway.budget().settle(admitted, counted.total());
        List<Fact> facts = facts();
        if (answer != null) {
            facts.add(Fact.of("first_byte_ms", millis(firstByte)));
            facts.add(Fact.of("input_tokens", counted.inputTokens()));
            facts.add(Fact.of("output_tokens", counted.outputTokens()));
            if (counted.estimated()) {
                facts.add(new Fact("tokens", "estimated"));
            }
            facts.add(Fact.of("bytes_in", answer.bytes()));
            if (answer.streamed()) {
                facts.add(new Fact("streamed", "true"));
            }
            if (answer.keyFound()) {
                facts.add(new Fact("key_masked", "true"));
            }
        }
        gateway.surroundings()
                .events()
                .emit(
                        problem.isEmpty()
                                ? gateway.apiEvents().answered(call(), status, facts)
                                : gateway.apiEvents().failed(call(), status, problem, facts));
    }

    private List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of("latency_ms", millis(nanoTime.getAsLong())));
        facts.add(new Fact("route", route == null ? "" : route.id()));
        if (attempts > 1) {
            facts.add(Fact.of("attempts", attempts));
        }
        return facts;
    }

    private long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - begun);
    }

    private ApiCall call() {
        InferenceRoute at = route;
        if (at == null) {
            throw new IllegalStateException("an exchange without an attempt");
        }
        return new ApiCall(
                request.head().method(),
                request.protocol().id(),
                at.profile().name(),
                request.protocol().hasBody() ? at.model() : "",
                new Destination(at.endpoint().host(), at.endpoint().port()));
    }
}
