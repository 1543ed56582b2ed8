package io.openshell.supervisor.prelude;

import io.openshell.supervisor.libc.Errno;
import io.openshell.supervisor.libc.NativeLibc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** A program of its own, for the prelude cannot be taken back: installs it and prints what became of this process. */
public final class PreludeProcess {

    private PreludeProcess() {}

    public static void main(String[] arguments) throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            busy.add(Thread.ofPlatform().start(() -> await(stop)));
        }
        System.out.println("unfiltered mount: " + tryMount());
        long begin = System.nanoTime();
        SupervisorPrelude prelude = SupervisorPrelude.install(Path.of(arguments[0]));
        System.out.println("milliseconds: " + (System.nanoTime() - begin) / 1_000_000);
        System.out.println("mount: " + tryMount());
        System.out.println("threads: " + prelude.threads());
        System.out.println("all filtered: " + statuses("Seccomp:\t2"));
        System.out.println("all without new privileges: " + statuses("NoNewPrivs:\t1"));
        Process child = new ProcessBuilder("/bin/cat", "/proc/self/status").start();
        String status = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.println("child filtered: " + status.contains("Seccomp:\t2"));
        String broker = Files.readString(Path.of("/proc/" + prelude.broker().pid() + "/status"));
        System.out.println("broker filtered: " + broker.contains("Seccomp:\t2"));
        Thread.ofVirtual()
                .start(() -> System.out.println("virtual mount: " + tryMount()))
                .join();
        stop.countDown();
        for (Thread thread : busy) {
            thread.join();
        }
        prelude.broker().close();
    }

    private static String tryMount() {
        int result = NativeLibc.mount(null, null, null, 0, null);
        return result == 0 ? "done" : Errno.text(NativeLibc.errno());
    }

    private static boolean statuses(String line) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.allMatch(task -> read(task).contains(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path task) {
        try {
            return Files.readString(task.resolve("status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
