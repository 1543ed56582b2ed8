package io.openshell.core.decide;

import io.openshell.api.inspect.BodyNeed;
import io.openshell.api.inspect.Request;
import io.openshell.api.inspect.RequestInspector;
import io.openshell.api.inspect.UpgradeVerdict;
import io.openshell.api.inspect.Verdict;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls to inspectors, which may be anyone's: what throws or returns nothing is unreadable. */
final class InspectorCalls {

    private InspectorCalls() {}

    /** What a call came to: a result, or why there is none. */
    private record Answer<T>(@Nullable T value, String problem) {}

    /** How much of the body; a failure shows when the request is judged. */
    static BodyNeed bodyNeed(RequestInspector inspector, Request head) {
        BodyNeed need = ask(() -> inspector.bodyNeed(head)).value;
        return need == null ? BodyNeed.NONE : need;
    }

    static Verdict inspect(RequestInspector inspector, Request request) {
        return withItsBody(inspector, request, inspector::inspect, Function.identity());
    }

    static UpgradeVerdict inspectUpgrade(RequestInspector inspector, Request request) {
        return withItsBody(inspector, request, inspector::inspectUpgrade, UpgradeVerdict.Refused::new);
    }

    private static <T> T withItsBody(
            RequestInspector inspector,
            Request request,
            Function<Request, @Nullable T> call,
            Function<Verdict, T> refused) {
        Answer<BodyNeed> need = ask(() -> inspector.bodyNeed(request));
        if (need.value == null) {
            return refused.apply(new Verdict.Unreadable(need.problem));
        }
        boolean wanted = need.value instanceof BodyNeed.Whole;
        if (wanted && request.body().isEmpty()) {
            return refused.apply(new Verdict.Unreadable("the body that the rules judge was not read"));
        }
        Request seen = !wanted && request.body().isPresent() ? new WithoutBody(request) : request;
        Answer<T> answer = ask(() -> call.apply(seen));
        return answer.value == null ? refused.apply(new Verdict.Unreadable(answer.problem)) : answer.value;
    }

    @SuppressWarnings("CatchingUnchecked") // a plugin's class may throw anything, declared or not
    private static <T> Answer<T> ask(Supplier<@Nullable T> call) {
        try {
            return new Answer<>(call.get(), "inspector failed: no answer");
        } catch (Throwable failure) {
            return new Answer<>(null, "inspector failed: " + failure.getClass().getSimpleName());
        }
    }
}
