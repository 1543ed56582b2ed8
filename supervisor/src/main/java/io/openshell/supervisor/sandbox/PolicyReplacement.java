package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.LoadResult;
import io.openshell.core.policy.Policy;
import io.openshell.supervisor.control.KeptState.KeptPolicy;
import io.openshell.supervisor.control.LauncherConnection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Puts other policies in force in a sandbox that stands, one at a time. Whatever becomes of one is an event. */
final class PolicyReplacement {

    private final SandboxPolicy inForce;
    private final LauncherConnection launcher;
    private final Optional<SandboxMemory> memory;
    private final PolicyLog log;
    private final ReentrantLock lock = new ReentrantLock();

    PolicyReplacement(
            SandboxPolicy inForce, LauncherConnection launcher, Optional<SandboxMemory> memory, PolicyLog log) {
        this.inForce = inForce;
        this.launcher = launcher;
        this.memory = memory;
        this.log = log;
    }

    /** Whether it is in force afterwards. */
    boolean replace(LoadResult next) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return switch (next) {
                case LoadResult.Loaded loaded -> replace(loaded);
                case LoadResult.Invalid invalid -> {
                    log.changed(invalid.problems().getFirst().file(), generation());
                    log.invalid(invalid.problems(), generation());
                    yield false;
                }
            };
        } finally {
            lock.unlock();
        }
    }

    /** There was no policy to be read. */
    void missing(String reason) {
        log.notReplaced(reason, generation());
    }

    private boolean replace(LoadResult.Loaded next) throws InterruptedException {
        Policy before = inForce.get().policy();
        log.changed(next.source().name(), generation());
        List<String> fixed = before.fixedDifferences(next.policy());
        if (!fixed.isEmpty()) {
            log.fixed(fixed, generation());
            return false;
        }
        if (before.hash().equals(next.policy().hash())) {
            log.same(generation(), before.hash());
            return true;
        }
        try {
            putInForce(next);
            return true;
        } catch (IOException e) {
            log.notReplaced(String.valueOf(e.getMessage()), generation());
            return false;
        }
    }

    private void putInForce(LoadResult.Loaded next) throws IOException, InterruptedException {
        SandboxPolicy.InForce then = inForce.next(next.policy(), launcher);
        long number = then.generation().number();
        String hash = next.policy().hash();
        if (memory.isPresent()) {
            memory.get()
                    .replacing(
                            new KeptPolicy(next.source().name(), next.source().text(), number, hash, then.links()));
        }
        inForce.adopt(then);
        log.replaced(number, hash, next.warnings());
    }

    private long generation() {
        return inForce.get().number();
    }
}
