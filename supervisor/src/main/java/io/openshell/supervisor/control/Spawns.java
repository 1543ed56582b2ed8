package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.SpawnFailed;
import io.openshell.supervisor.control.LauncherMessage.SpawnNews;
import io.openshell.supervisor.control.LauncherMessage.Started;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Commands that were asked for and have not ended, by number. Thread-safe. */
final class Spawns {

    private final Map<Integer, SpawnedCommand> running = new HashMap<>();
    private int last;

    synchronized SpawnedCommand add(LauncherConnection connection) {
        last++;
        SpawnedCommand command = new SpawnedCommand(connection, last);
        running.put(last, command);
        return command;
    }

    /** Commands that another supervisor has started: news of them is to come. */
    synchronized Map<Integer, SpawnedCommand> adopt(LauncherConnection connection, List<Integer> numbers) {
        for (int number : numbers) {
            running.put(number, new SpawnedCommand(connection, number));
            last = Math.max(last, number);
        }
        return Map.copyOf(running);
    }

    /** A command is first started or not started, once; a started one then ends, once. */
    synchronized boolean expects(SpawnNews news) {
        SpawnedCommand command = running.get(news.spawn());
        if (command == null) {
            return false;
        }
        return news instanceof Exited == command.started().isDone();
    }

    void take(SpawnNews news) {
        SpawnedCommand command;
        synchronized (this) {
            command = news instanceof Started ? running.get(news.spawn()) : running.remove(news.spawn());
        }
        if (command == null) {
            throw new IllegalStateException("spawn: " + news.spawn() + " (expected: one that runs)");
        }
        switch (news) {
            case Started m -> command.completeStarted(m);
            case SpawnFailed m -> command.completeStarted(m);
            case Exited m -> command.completeExited(m);
        }
    }

    void fail(LauncherGoneException reason) {
        Map<Integer, SpawnedCommand> all;
        synchronized (this) {
            all = Map.copyOf(running);
            running.clear();
        }
        all.values().forEach(command -> command.fail(reason));
    }
}
