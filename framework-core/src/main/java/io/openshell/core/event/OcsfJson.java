package io.openshell.core.event;

import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes events as OCSF 1.7.0 JSON, compact and in ASCII: what is not ASCII is escaped, so no byte of a line can be a
 * control sequence of a terminal or a character that looks like another. What the schema has no field for stands in
 * {@code unmapped}.
 */
final class OcsfJson {

    static final String SCHEMA_VERSION = "1.7.0";
    static final String PRODUCT = "OpenShell Sandbox Supervisor";
    static final String VENDOR = "OpenShell";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .characterEscapes(new DeleteEscaped())
            .build();

    private final JsonGenerator json;

    private OcsfJson(JsonGenerator json) {
        this.json = json;
    }

    static String write(SecurityEvent event) {
        StringWriter text = new StringWriter(1024);
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            new OcsfJson(generator).event(event);
        }
        return text.toString();
    }

    private void event(SecurityEvent event) {
        EventBody body = event.body();
        json.writeStartObject();
        classification(body);
        json.writeNumberProperty("time", event.time().toEpochMilli());
        json.writeNumberProperty("severity_id", event.severity());
        json.writeStringProperty("severity", event.severityLevel().label());
        json.writeNumberProperty("status_id", body.success() ? 1 : 2);
        json.writeStringProperty("status", body.success() ? "Success" : "Failure");
        textUnlessEmpty("message", body.message());
        textUnlessEmpty("status_detail", body.detail());
        origin(event.sandbox());
        switch (body) {
            case EventBody.Network network -> network(network);
            case EventBody.Http http -> http(http);
            case EventBody.Api api -> api(api);
            case EventBody.ProcessActivity process -> process(process);
            case EventBody.Finding finding -> finding(event, finding);
            case EventBody.Config config -> config(config);
            case EventBody.Lifecycle lifecycle -> lifecycle(lifecycle);
        }
        json.writeEndObject();
    }

    private void classification(EventBody body) {
        EventClass type = body.eventClass();
        EventBody.Activity activity = body.activity();
        json.writeNumberProperty("class_uid", type.uid());
        json.writeStringProperty("class_name", type.label());
        json.writeNumberProperty("category_uid", type.categoryUid());
        json.writeStringProperty("category_name", type.category());
        json.writeNumberProperty("activity_id", activity.id());
        json.writeStringProperty("activity_name", activity.label());
        json.writeNumberProperty("type_uid", type.uid() * 100L + activity.id());
        json.writeStringProperty("type_name", type.label() + ": " + activity.label());
    }

    private void origin(SandboxInfo sandbox) {
        json.writeObjectPropertyStart("metadata");
        json.writeStringProperty("version", SCHEMA_VERSION);
        json.writeObjectPropertyStart("product");
        json.writeStringProperty("name", PRODUCT);
        json.writeStringProperty("vendor_name", VENDOR);
        json.writeEndObject();
        json.writeArrayPropertyStart("profiles");
        json.writeString("container");
        json.writeString("host");
        json.writeString("security_control");
        json.writeEndArray();
        json.writeEndObject();
        json.writeObjectPropertyStart("device");
        text("hostname", Device.HOSTNAME);
        json.writeObjectPropertyStart("os");
        json.writeStringProperty("name", "Linux");
        json.writeNumberProperty("type_id", 200);
        json.writeEndObject();
        json.writeNumberProperty("type_id", 0);
        json.writeEndObject();
        json.writeObjectPropertyStart("container");
        text("name", sandbox.name());
        text("uid", sandbox.id());
        String image = sandbox.image();
        if (image != null) {
            json.writeObjectPropertyStart("image");
            text("name", image);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void network(EventBody.Network network) {
        endpoint(network.destination());
        actor(network.actor());
        action(network.action());
        EventBody.NetworkExtra extra = network.extra();
        json.writeObjectPropertyStart("connection_info");
        text("protocol_name", extra.transport());
        json.writeEndObject();
        if (extra.bytesOut() >= 0) {
            json.writeObjectPropertyStart("traffic");
            json.writeNumberProperty("bytes_out", extra.bytesOut());
            json.writeNumberProperty("bytes_in", extra.bytesIn());
            json.writeEndObject();
        }
        Ruling ruling = network.ruling();
        if (ruling != null) {
            firewallRule(ruling);
            unmapped(ruling, network.actor(), extra);
        }
    }

    private void http(EventBody.Http http) {
        HttpFacts request = http.request();
        endpoint(new Destination(request.host(), request.port()));
        actor(http.actor());
        action(http.action());
        json.writeObjectPropertyStart("http_request");
        text("http_method", request.method());
        json.writeObjectPropertyStart("url");
        text("scheme", request.scheme());
        text("hostname", request.host());
        json.writeNumberProperty("port", request.port());
        text("path", request.path());
        json.writeEndObject();
        json.writeEndObject();
        if (http.status() > 0) {
            json.writeObjectPropertyStart("http_response");
            json.writeNumberProperty("code", http.status());
            json.writeEndObject();
        }
        firewallRule(http.ruling());
        unmapped(http.ruling(), http.actor(), null);
    }

    private void api(EventBody.Api api) {
        ApiCall call = api.call();
        json.writeObjectPropertyStart("api");
        text("operation", call.operation());
        json.writeObjectPropertyStart("service");
        text("name", call.service());
        json.writeEndObject();
        if (api.status() > 0) {
            json.writeObjectPropertyStart("response");
            json.writeNumberProperty("code", api.status());
            json.writeEndObject();
        }
        json.writeEndObject();
        endpoint(call.destination());
        action(Action.ALLOWED);
        json.writeObjectPropertyStart("http_request");
        text("http_method", call.method());
        json.writeEndObject();
        json.writeObjectPropertyStart("unmapped");
        textUnlessEmpty("model", call.model());
        facts(api.facts());
        json.writeEndObject();
    }

    private void process(EventBody.ProcessActivity process) {
        json.writeObjectPropertyStart("process");
        text("name", process.name());
        json.writeNumberProperty("pid", process.pid());
        textUnlessEmpty("path", process.program());
        json.writeEndObject();
        Integer exitCode = process.exitCode();
        if (exitCode != null) {
            json.writeNumberProperty("exit_code", exitCode);
        }
    }

    private void finding(SecurityEvent event, EventBody.Finding finding) {
        json.writeObjectPropertyStart("finding_info");
        text("title", finding.title());
        text("desc", finding.detail());
        text("uid", event.sandbox().id() + "-" + event.time().toEpochMilli());
        json.writeEndObject();
        json.writeBooleanProperty("is_alert", event.severity() >= Severity.MEDIUM.id());
        json.writeNumberProperty("confidence_id", finding.certain() ? 3 : 1);
        json.writeStringProperty("confidence", finding.certain() ? "High" : "Low");
        json.writeNumberProperty("action_id", finding.blocked() ? 2 : 3);
        json.writeStringProperty("action", finding.blocked() ? "Denied" : "Observed");
        json.writeNumberProperty("disposition_id", finding.blocked() ? 2 : 15);
        json.writeStringProperty("disposition", finding.blocked() ? "Blocked" : "Detected");
        unmapped(finding.facts());
    }

    private void config(EventBody.Config config) {
        json.writeNumberProperty("state_id", config.state().id());
        json.writeStringProperty("state", config.state().label());
        json.writeObjectPropertyStart("unmapped");
        json.writeStringProperty("config_state", config.state().name());
        facts(config.facts());
        json.writeEndObject();
    }

    private void lifecycle(EventBody.Lifecycle lifecycle) {
        json.writeObjectPropertyStart("app");
        text("name", lifecycle.app());
        json.writeStringProperty("vendor_name", VENDOR);
        json.writeEndObject();
        unmapped(lifecycle.facts());
    }

    private void endpoint(Destination destination) {
        json.writeObjectPropertyStart("dst_endpoint");
        text(isAddress(destination.host()) ? "ip" : "domain", destination.host());
        json.writeNumberProperty("port", destination.port());
        json.writeEndObject();
    }

    private void actor(Actor actor) {
        if (!actor.known()) {
            return;
        }
        json.writeObjectPropertyStart("actor");
        json.writeObjectPropertyStart("process");
        text("name", actor.binary());
        json.writeNumberProperty("pid", actor.pid());
        List<String> ancestors = actor.ancestors();
        if (!ancestors.isEmpty()) {
            json.writeArrayPropertyStart("ancestry");
            for (String ancestor : ancestors) {
                json.writeStartObject();
                text("name", ancestor);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void action(@Nullable Action action) {
        if (action == null) {
            return;
        }
        json.writeNumberProperty("action_id", action.id());
        json.writeStringProperty("action", action.label());
        json.writeNumberProperty("disposition_id", action.dispositionId());
        json.writeStringProperty("disposition", action.disposition());
    }

    private void firewallRule(Ruling ruling) {
        json.writeObjectPropertyStart("firewall_rule");
        text("name", ruling.policyName());
        text("type", ruling.engine());
        textUnlessEmpty("uid", ruling.ruleId());
        json.writeEndObject();
    }

    private void unmapped(Ruling ruling, Actor actor, EventBody.@Nullable NetworkExtra extra) {
        json.writeObjectPropertyStart("unmapped");
        json.writeNumberProperty("policy_generation", ruling.generation());
        text("rule_id", ruling.ruleId());
        text("binary", actor.binary());
        json.writeNumberProperty("decision_time_ns", ruling.decisionNanos());
        if (extra != null) {
            textUnlessEmpty("protocol", extra.protocol());
            textUnlessEmpty("subject", extra.subject());
            if (extra.bypass() != null) {
                json.writeNumberProperty("suppressed", extra.bypass().suppressed());
            }
        }
        json.writeEndObject();
    }

    private void unmapped(List<Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart("unmapped");
        facts(facts);
        json.writeEndObject();
    }

    private void facts(List<Fact> facts) {
        for (Fact fact : facts) {
            text(FieldText.clean(fact.key()), fact.value());
        }
    }

    private void textUnlessEmpty(String name, String value) {
        if (!value.isEmpty()) {
            text(name, value);
        }
    }

    private void text(String name, String value) {
        json.writeStringProperty(name, FieldText.clean(value));
    }

    /** A name never consists of digits and dots alone, and never has a colon. */
    private static boolean isAddress(String host) {
        return host.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.') || host.indexOf(':') >= 0;
    }

    /** Escapes DEL, which the factory's switch for what is not ASCII leaves alone. */
    private static final class DeleteEscaped extends CharacterEscapes {

        private static final int DELETE = 0x7f;

        private final int[] codes = standardAsciiEscapesForJSON();

        DeleteEscaped() {
            codes[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
