package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.Verdict;
import io.openshell.testkit.WebsocketFrame;
import io.openshell.testkit.contract.RecordingJudge;
import io.openshell.testkit.contract.StreamRun;
import java.util.List;
import java.util.Optional;

/** Streams for tests. */
final class Streams {

    static final MessageRules ALL = rules(new Verdict.Allowed("access"), new Verdict.Allowed("access"));
    static final MessageRules NONE =
            rules(Verdict.Denied.notPermitted("no text"), Verdict.Denied.notPermitted("no binary"));

    private Streams() {}

    static MessageRules rules(Verdict text, Verdict binary) {
        return new MessageRules(text, binary, Optional.empty());
    }

    static MemoryBudget budget() {
        return new MemoryBudget(WebsocketLimits.ASSEMBLY_BYTES);
    }

    static WebsocketStream stream(boolean deflate, MessageRules rules, Judge judge) {
        return new WebsocketStream(deflate, rules, judge, budget());
    }

    /** An enforced connection on which everything is allowed. */
    static StreamRun open(boolean deflate) {
        return run(deflate, ALL);
    }

    static StreamRun run(boolean deflate, MessageRules rules) {
        RecordingJudge judge = RecordingJudge.enforcing();
        return new StreamRun(stream(deflate, rules, judge), judge);
    }

    static List<WebsocketFrame> upstream(StreamRun run) {
        return WebsocketFrame.read(run.toUpstream());
    }

    static List<WebsocketFrame> client(StreamRun run) {
        return WebsocketFrame.read(run.toClient());
    }
}
