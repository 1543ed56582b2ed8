package io.openshell.core.event;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an event of one class holds. The texts that events share come from here, so that both notations agree. */
sealed interface EventBody {

    EventClass eventClass();

    Activity activity();

    /** What happened, in one line; empty if the fields say it all. */
    String message();

    /** Why, in one line; empty if there is nothing to explain. */
    String detail();

    /** Whether what was attempted came about. */
    boolean success();

    /** Whether it is about a connection, a request or a message. */
    default boolean traffic() {
        return false;
    }

    /** An OCSF activity of the class. */
    record Activity(int id, String label) {}

    record Network(
            Activity activity,
            @Nullable Action action,
            Destination destination,
            Actor actor,
            @Nullable Ruling ruling,
            NetworkExtra extra)
            implements EventBody {

        @Override
        public EventClass eventClass() {
            return EventClass.NETWORK_ACTIVITY;
        }

        @Override
        public String message() {
            return extra.message();
        }

        @Override
        public String detail() {
            return ruling == null ? "" : ruling.reason();
        }

        @Override
        public boolean success() {
            return action != Action.DENIED && activity.id() != NetworkEvents.FAIL.id();
        }

        @Override
        public boolean traffic() {
            return true;
        }
    }

    /** The rarer parts of a network event: {@code protocol} and {@code subject} are empty, counts -1, where unknown. */
    record NetworkExtra(
            String message,
            String protocol,
            String subject,
            long bytesOut,
            long bytesIn,
            @Nullable BypassAttempt bypass) {

        static NetworkExtra message(String message) {
            return new NetworkExtra(message, "", "", -1, -1, null);
        }

        static NetworkExtra bypass(BypassAttempt attempt) {
            return new NetworkExtra(attempt.message(), attempt.transport(), "", -1, -1, attempt);
        }

        /** What carries the connection; the proxy carries TCP alone. */
        String transport() {
            return bypass == null ? "tcp" : bypass.transport();
        }
    }

    record Http(HttpFacts request, int status, Action action, Actor actor, Ruling ruling) implements EventBody {

        @Override
        public EventClass eventClass() {
            return EventClass.HTTP_ACTIVITY;
        }

        @Override
        public Activity activity() {
            return HttpEvents.activityOf(request.method());
        }

        @Override
        public String message() {
            return "request "
                    + (action == Action.OBSERVED ? "audited" : action.label().toLowerCase(Locale.ROOT));
        }

        @Override
        public String detail() {
            return ruling.reason();
        }

        @Override
        public boolean success() {
            return action != Action.DENIED;
        }

        @Override
        public boolean traffic() {
            return true;
        }
    }

    record Api(ApiCall call, int status, String detail, List<Fact> facts) implements EventBody {

        @Override
        public EventClass eventClass() {
            return EventClass.API_ACTIVITY;
        }

        @Override
        public Activity activity() {
            return ApiEvents.activityOf(call.method());
        }

        @Override
        public String message() {
            return call.operation() + " at " + call.service();
        }

        @Override
        public boolean success() {
            return detail.isEmpty();
        }

        @Override
        public boolean traffic() {
            return true;
        }
    }

    record ProcessActivity(
            Activity activity,
            String name,
            long pid,
            @Nullable Integer exitCode,
            String program,
            String detail) implements EventBody {

        @Override
        public EventClass eventClass() {
            return EventClass.PROCESS_ACTIVITY;
        }

        @Override
        public String message() {
            return "";
        }

        @Override
        public boolean success() {
            return detail.isEmpty();
        }
    }

    record Finding(boolean blocked, String title, String detail, boolean certain, List<Fact> facts)
            implements EventBody {

        static final Activity CREATE = new Activity(1, "Create");

        @Override
        public EventClass eventClass() {
            return EventClass.DETECTION_FINDING;
        }

        @Override
        public Activity activity() {
            return CREATE;
        }

        @Override
        public String message() {
            return title;
        }

        @Override
        public boolean success() {
            return true;
        }
    }

    record Config(ConfigState state, String message, List<Fact> facts) implements EventBody {

        static final Activity LOG = new Activity(1, "Log");

        @Override
        public EventClass eventClass() {
            return EventClass.CONFIG_STATE_CHANGE;
        }

        @Override
        public Activity activity() {
            return LOG;
        }

        @Override
        public String detail() {
            return "";
        }

        @Override
        public boolean success() {
            return state != ConfigState.FAILED;
        }
    }

    record Lifecycle(Activity activity, String app, String detail, List<Fact> facts) implements EventBody {

        @Override
        public EventClass eventClass() {
            return EventClass.APPLICATION_LIFECYCLE;
        }

        @Override
        public String message() {
            return app + " " + activity.label().toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean success() {
            return detail.isEmpty();
        }
    }
}
