package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Answer;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Questions that wait for the launcher's answer, by number. Thread-safe. */
final class Queries {

    /** Numbers stay below 2^31: after two thousand million connections of one sandbox they begin again. */
    private static final int LAST_NUMBER = Integer.MAX_VALUE;

    /** So many questions may have been given up while their answers are still to come; more is a launcher that hangs. */
    private static final int MAX_GIVEN_UP = 4096;

    private final Map<Integer, Waiting<?>> waiting = new HashMap<>();
    private final Set<Integer> givenUp = new HashSet<>();
    private int last;

    /** @return the number to ask with */
    synchronized <T extends Answer> int add(Class<T> type, CompletableFuture<T> answer, Duration atMost) {
        last = last == LAST_NUMBER ? 1 : last + 1;
        int number = last;
        waiting.put(number, new Waiting<>(type, answer));
        CompletableFuture<T> unused = answer.orTimeout(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> {
                    if (failure != null) {
                        giveUp(number);
                    }
                });
        return number;
    }

    /** Whether an answer of this type with this number can come now. */
    synchronized boolean expects(Answer answer) {
        Waiting<?> question = waiting.get(answer.query());
        return question == null ? givenUp.contains(answer.query()) : question.type.isInstance(answer);
    }

    void take(Answer answer) {
        Waiting<?> question;
        synchronized (this) {
            question = waiting.remove(answer.query());
            givenUp.remove(answer.query());
        }
        if (question == null || !question.complete(answer)) {
            discard(answer);
        }
    }

    void fail(Exception reason) {
        Map<Integer, Waiting<?>> all;
        synchronized (this) {
            all = Map.copyOf(waiting);
            waiting.clear();
        }
        all.values().forEach(question -> question.answer.completeExceptionally(reason));
    }

    private synchronized void giveUp(int number) {
        if (waiting.remove(number) != null && givenUp.size() < MAX_GIVEN_UP) {
            givenUp.add(number);
        }
    }

    private static void discard(Answer answer) {
        if (answer instanceof Exe exe && exe.opened() != null) {
            exe.opened().close();
        }
    }

    /** Makes the message from the number. */
    @FunctionalInterface
    interface Question {
        SupervisorMessage numbered(int number);
    }

    private record Waiting<T extends Answer>(Class<T> type, CompletableFuture<T> answer) {
        boolean complete(Answer message) {
            return answer.complete(type.cast(message));
        }
    }
}
