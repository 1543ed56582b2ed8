package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Lines;
import io.openshell.testkit.ContainerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A running sandbox whose agent does what it is asked: see {@code agent.c}.
 *
 * @param place where it runs
 * @param folder of the place; the agent's own is {@code box} in it
 * @param agent how it was started
 * @param running what was started
 */
record Inhabitant(Place place, Path folder, Agent agent, Agent.Running running) {

    private static final long PATIENCE_SECONDS = 30;
    private static final long LEAST_SEARCHED_BYTES = 1_000_000;

    /** Has the agent do something, and gives back its answer. */
    String ask(String... words) throws IOException, InterruptedException {
        Lines lines = running.lines();
        lines.say(String.join("\t", words));
        return lines.next();
    }

    /** The events so far, once one of them contains the text. */
    String eventsWith(String text) throws IOException, InterruptedException {
        Path events = folder.resolve("box/events.jsonl");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(events) || !Files.readString(events).contains(text)) {
            assertThat(System.nanoTime()).as(text).isLessThan(deadline);
            Thread.sleep(20);
        }
        return Files.readString(events);
    }

    /** Looks through events, messages, the processes inside with their files, and all that the engine says. */
    void search(Search search) throws IOException {
        search.text("events", Files.readString(folder.resolve("box/events.jsonl")));
        search.text("messages", Files.readString(folder.resolve("box/errors.txt")));
        ProcessHandle above = running.process().toHandle();
        if (place.kind().isPresent()) {
            above = searchContainer(ContainerEngine.shared(place.kind().get()), search);
            search.memory(above.pid());
        }
        List<Long> inside = Search.descendants(above);
        assertThat(inside).isNotEmpty();
        for (long pid : inside) {
            search.process(pid);
            search.memory(pid);
        }
        for (String own : List.of("tmp", "sandbox", "etc", "run")) {
            search.tree(Path.of("/proc/" + inside.getLast() + "/root", own), Set.of());
        }
        assertThat(search.bytes()).as("what was searched").isGreaterThan(LEAST_SEARCHED_BYTES);
    }

    private ProcessHandle searchContainer(ContainerEngine engine, Search search) throws IOException {
        List<String> all = containers();
        assertThat(all).hasSize(1);
        String container = "/v1.41/containers/" + all.getFirst();
        String inspected = engine.curl("GET", container + "/json");
        search.text("inspect", inspected);
        search.text("logs", engine.curl("GET", container + "/logs?stdout=1&stderr=1"));
        return ProcessHandle.of(Events.json(inspected).at("/State/Pid").asLong())
                .orElseThrow();
    }

    /** What the engine has of OpenShell's, running or not. */
    List<String> containers() throws IOException {
        if (place.kind().isEmpty()) {
            return List.of();
        }
        JsonNode containers = Events.json(ContainerEngine.shared(place.kind().get())
                .curl("GET", "/v1.41/containers/json?all=true&filters=%7B%22name%22%3A%5B%22openshell-%22%5D%7D"));
        return containers.valueStream().map(it -> it.path("Id").asString()).toList();
    }

    /** Ends it, if it has not ended. */
    void end() throws IOException, InterruptedException {
        // Also to one that outlasts its openshell.
        running.lines().say("end");
        if (running.process().isAlive()) {
            running.outcome();
        }
    }
}
