package io.openshell.example.redis;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamInspector;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One connection. A command goes on when it is complete and admitted. A refused one is answered here; replies come in the
 * order of the commands, so its answer waits for the upstream's replies to those before it.
 */
final class RedisStream implements StreamInspector {

    private final CommandRules rules;
    private final RedisLimits limits;
    private final Judge judge;
    private final CommandReader commands;
    private final ReplyScanner replies = new ReplyScanner();
    /** An answer of our own for each refused command, nothing for each that was sent on; oldest first. */
    private final Deque<Optional<ByteBuffer>> unanswered = new ArrayDeque<>();
    /** Whether the client has got the beginning of something from the upstream. */
    private boolean within;

    RedisStream(CommandRules rules, RedisLimits limits, Judge judge) {
        this.rules = rules;
        this.limits = limits;
        this.judge = judge;
        this.commands = new CommandReader(limits);
    }

    @Override
    public StreamVerdict fromClient(ByteBuffer bytes) {
        List<ByteBuffer> onward = new ArrayList<>();
        List<ByteBuffer> back = new ArrayList<>();
        while (bytes.hasRemaining()) {
            switch (commands.read(bytes)) {
                case CommandReader.Result.Complete complete -> {
                    if (unanswered.size() >= limits.pipeline()) {
                        return refuseAll(
                                onward,
                                back,
                                "more than " + limits.pipeline() + " commands without a reply"
                                        + " (expected: at most max_pipeline)");
                    }
                    judge(complete, onward, back);
                }
                case CommandReader.Result.Malformed malformed -> {
                    return refuseAll(onward, back, malformed.problem());
                }
                case CommandReader.Result.Incomplete incomplete -> {
                    // All bytes have been taken.
                }
            }
        }
        return new StreamVerdict.Forward(onward, back);
    }

    private void judge(CommandReader.Result.Complete complete, List<ByteBuffer> onward, List<ByteBuffer> back) {
        RedisCommand command = complete.command();
        Verdict verdict = rules.judge(command);
        if (judge.admits(command.shownName(), verdict)) {
            onward.add(complete.wire());
            unanswered.add(Optional.empty());
            return;
        }
        unanswered.add(Optional.of(CommandReader.error("NOPERM " + reason(verdict))));
        if (!within) {
            answerRefused(back);
        }
    }

    private static String reason(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Denied denied -> denied.reason();
            case Verdict.Unreadable unreadable -> unreadable.problem();
            case Verdict.Allowed allowed -> "not admitted";
        };
    }

    /** What cannot be read cannot be followed by anything that can. */
    private StreamVerdict refuseAll(List<ByteBuffer> onward, List<ByteBuffer> back, String problem) {
        judge.admits("(unreadable)", new Verdict.Unreadable(problem));
        if (unanswered.isEmpty()) {
            back.add(CommandReader.error("ERR Protocol error: " + problem));
        }
        return new StreamVerdict.Close(onward, back, problem);
    }

    @Override
    public StreamVerdict fromUpstream(ByteBuffer bytes) {
        List<ByteBuffer> onward = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int from = bytes.position();
            ReplyScanner.Position position = replies.scan(bytes);
            if (position == ReplyScanner.Position.MALFORMED) {
                return new StreamVerdict.Close(onward, List.of(), "upstream's reply is not RESP");
            }
            onward.add(bytes.slice(from, bytes.position() - from));
            within = position == ReplyScanner.Position.WITHIN;
            if (position == ReplyScanner.Position.REPLY_ENDED && !unanswered.isEmpty()) {
                unanswered.remove();
            }
            if (!within) {
                answerRefused(onward);
            }
        }
        return new StreamVerdict.Forward(onward, List.of());
    }

    private void answerRefused(List<ByteBuffer> to) {
        while (!unanswered.isEmpty() && unanswered.element().isPresent()) {
            unanswered.remove().ifPresent(to::add);
        }
    }
}
