package io.openshell.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.core.decide.UpgradeDecision;
import io.openshell.proxy.egress.UpstreamConnection;
import io.openshell.proxy.http.ConnectionField;
import io.openshell.proxy.http.ErrorResponse;
import io.openshell.proxy.http.ErrorResponses;
import io.openshell.proxy.http.ResponseHead;
import io.openshell.proxy.http.ResponseWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The upstream has answered 101 to a request that asked for it. */
final class Switching {

    private static final int HEAD_SIZE = 512;

    private Switching() {}

    /**
     * The upstream's side of what begins.
     *
     * @param behind what has come of it already, if anything; owned
     * @param guard looks for credentials in what comes; owned; null if there are none
     */
    record Upstream(
            UpstreamConnection connection,
            @Nullable ByteBuf behind,
            @Nullable EchoGuard guard) {

        void refuse() {
            connection.close();
            if (behind != null) {
                behind.release();
            }
            if (guard != null) {
                guard.close();
            }
        }
    }

    /**
     * Goes over to the other protocol.
     *
     * @param path the canonical path of the request
     * @param refuse answers in place of the 101
     */
    static void to(
            HttpRelay relay,
            UpgradePlan plan,
            String path,
            ResponseHead head,
            Upstream upstream,
            Consumer<ErrorResponse> refuse) {
        StreamInspector inspector = null;
        StreamJudge judge = null;
        if (plan instanceof UpgradePlan.Inspected inspected) {
            UpgradeDecision.Inspected decision = inspected.decision();
            judge = StreamJudge.of(relay, path, decision);
            try {
                inspector = decision.verdict().continuation().open(head.headers(), judge);
            } catch (RuntimeException | LinkageError | StackOverflowError e) {
                upstream.refuse();
                String reason = e instanceof IllegalArgumentException
                        ? "upstream's 101 does not fit the request: " + e.getMessage()
                        : "inspector failed: " + e.getClass().getSimpleName();
                relay.admission().failed(reason);
                refuse.accept(ErrorResponses.upstreamMalformed(
                        relay.admission().host(), relay.admission().port(), reason));
                return;
            }
        }
        go(relay, head, upstream, inspector, judge);
    }

    private static void go(
            HttpRelay relay,
            ResponseHead head,
            Upstream upstream,
            @Nullable StreamInspector inspector,
            @Nullable StreamJudge judge) {
        ClientConnection client = relay.client();
        ByteBuf out = client.channel().alloc().buffer(HEAD_SIZE);
        ResponseWriter.write(out, head, head.framing(), ConnectionField.UPGRADE);
        client.write(out);
        client.flush();
        ByteBuf fromClient = relay.handOver();
        if (inspector == null || judge == null) {
            RawRelay.begin(client, relay.admission(), upstream, fromClient, true);
        } else {
            InspectedRelay.begin(client, relay.admission(), upstream, inspector, judge, fromClient);
        }
    }
}
