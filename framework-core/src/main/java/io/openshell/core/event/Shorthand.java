package io.openshell.core.event;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes events in the short notation: one line for people, with the fields in a fixed order. */
final class Shorthand {

    /** The longest reason, in characters; what is longer ends with dots. The JSON has all of it. */
    static final int MAX_REASON = 80;

    /** The longest message that stands in for fields, in characters. */
    static final int MAX_MESSAGE = 120;

    private final StringBuilder out = new StringBuilder(160);

    private Shorthand() {}

    static String write(SecurityEvent event) {
        Shorthand line = new Shorthand();
        switch (event.body()) {
            case EventBody.Network network -> line.network(event, network);
            case EventBody.Http http -> line.http(event, http);
            case EventBody.Api api -> line.api(event, api);
            case EventBody.ProcessActivity process -> line.process(event, process);
            case EventBody.Finding finding -> line.finding(event, finding);
            case EventBody.Config config -> line.config(event, config);
            case EventBody.Lifecycle lifecycle -> line.lifecycle(event, lifecycle);
        }
        return line.out.toString();
    }

    private void network(SecurityEvent event, EventBody.Network network) {
        head("NET", network.activity().label(), event);
        action(network.action());
        actor(network.actor());
        out.append(' ').append(name(network.destination().toString()));
        if (!network.extra().protocol().isEmpty()) {
            out.append('/').append(name(network.extra().protocol()));
        }
        Ruling ruling = network.ruling();
        if (ruling != null) {
            ruling(ruling);
            reason(network.action(), network);
        } else if (!network.message().isEmpty()) {
            bracketed("msg:", prose(network.message(), MAX_MESSAGE));
        }
    }

    private void http(SecurityEvent event, EventBody.Http http) {
        // Any token is a method (RFC 9110 section 9.1), so the label is the method and not its activity.
        head("HTTP", http.request().method(), event);
        action(http.action());
        actor(http.actor());
        out.append(' ').append(name(http.request().method()));
        out.append(' ').append(name(http.request().url()));
        ruling(http.ruling());
        reason(http.action(), http);
    }

    private void api(SecurityEvent event, EventBody.Api api) {
        head("API", api.activity().label(), event);
        out.append(' ').append(name(api.call().operation())).append(" -> ");
        out.append(name(api.call().service()));
        if (!api.call().model().isEmpty()) {
            bracketed("model:", prose(api.call().model(), MAX_REASON));
        }
        if (api.status() > 0) {
            bracketed("status:", Integer.toString(api.status()));
        }
        facts(api.facts());
        if (!api.detail().isEmpty()) {
            bracketed("reason:", prose(api.detail(), MAX_REASON));
        }
    }

    private void process(SecurityEvent event, EventBody.ProcessActivity process) {
        head("PROC", process.activity().label(), event);
        out.append(' ')
                .append(name(process.name()))
                .append('(')
                .append(process.pid())
                .append(')');
        if (process.exitCode() != null) {
            bracketed("exit:", process.exitCode().toString());
        }
        if (!process.program().isEmpty()) {
            bracketed("cmd:", prose(process.program(), MAX_MESSAGE));
        }
        if (!process.detail().isEmpty()) {
            bracketed("reason:", prose(process.detail(), MAX_REASON));
        }
    }

    private void finding(SecurityEvent event, EventBody.Finding finding) {
        head("FINDING", finding.blocked() ? "BLOCKED" : "DETECTED", event);
        out.append(" \"")
                .append(FieldText.quoted(shortened(finding.title(), MAX_MESSAGE)))
                .append('"');
        if (finding.certain()) {
            bracketed("confidence:", "high");
        }
        facts(finding.facts());
    }

    private void config(SecurityEvent event, EventBody.Config config) {
        head("CONFIG", config.state().name(), event);
        out.append(' ').append(prose(config.message(), FieldText.MAX_LENGTH));
        facts(config.facts());
    }

    private void lifecycle(SecurityEvent event, EventBody.Lifecycle lifecycle) {
        head("LIFECYCLE", lifecycle.activity().label(), event);
        out.append(' ').append(name(lifecycle.app()));
        out.append(lifecycle.success() ? " success" : " failure");
        facts(lifecycle.facts());
        if (!lifecycle.detail().isEmpty()) {
            bracketed("reason:", prose(lifecycle.detail(), MAX_REASON));
        }
    }

    private void head(String kind, String activity, SecurityEvent event) {
        out.append(kind).append(':').append(name(activity.toUpperCase(Locale.ROOT)));
        out.append(" [").append(event.severityLevel().tag()).append(']');
    }

    private void action(@Nullable Action action) {
        if (action != null) {
            out.append(' ').append(action.label().toUpperCase(Locale.ROOT));
        }
    }

    private void actor(Actor actor) {
        if (actor.known()) {
            out.append(' ')
                    .append(name(actor.binary()))
                    .append('(')
                    .append(actor.pid())
                    .append(") ->");
        }
    }

    private void ruling(Ruling ruling) {
        out.append(" [policy:").append(name(ruling.policyName()));
        out.append(" engine:").append(name(ruling.engine())).append(']');
    }

    /** What was refused says why, and so does what would have been. */
    private void reason(@Nullable Action action, EventBody body) {
        if (action != Action.DENIED && action != Action.OBSERVED) {
            return;
        }
        String reason = body.detail().isEmpty() ? body.message() : body.detail();
        if (!reason.isEmpty()) {
            bracketed("reason:", prose(reason, MAX_REASON));
        }
    }

    private void facts(List<Fact> facts) {
        String separator = " [";
        for (Fact fact : facts) {
            out.append(separator).append(name(fact.key())).append(':').append(name(fact.value()));
            separator = " ";
        }
        if (!facts.isEmpty()) {
            out.append(']');
        }
    }

    private void bracketed(String key, String value) {
        out.append(" [").append(key).append(value).append(']');
    }

    private static String name(String text) {
        return FieldText.name(FieldText.clean(text));
    }

    /** Cut first and escaped then, so that no escape is cut in two. */
    private static String prose(String text, int length) {
        return FieldText.prose(shortened(text, length));
    }

    private static String shortened(String text, int length) {
        String clean = FieldText.clean(text);
        return clean.length() <= length ? clean : FieldText.cut(clean, length) + "...";
    }
}
