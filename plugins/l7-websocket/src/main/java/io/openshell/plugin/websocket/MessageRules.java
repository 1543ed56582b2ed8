package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Verdict;
import java.util.Optional;

/**
 * What is said of one connection's messages. Path and query of its handshake are settled, so without rules about operations
 * every text message has the same verdict.
 *
 * @param text of every text message, unless {@code operations} are judged; a deny rule that applies is final in either case
 * @param binary of every binary message
 * @param operations judges what a text message asks for
 */
record MessageRules(Verdict text, Verdict binary, Optional<OperationRules> operations) {

    Verdict text(String message) {
        boolean settled = operations.isEmpty() || (text instanceof Verdict.Denied denied && denied.explicit());
        return settled ? text : operations.get().judge(message);
    }
}
