package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeException;
import io.openshell.api.compute.Workload.State;
import io.openshell.plugin.docker.Containers.Found;

/**
 * Removes what processes that died have left: containers that were wanted only as long as their process lived, and that
 * have ended or were never started.
 */
final class Leftovers {

    private Leftovers() {}

    /** What cannot be removed now is left to the next time. */
    static void sweep(Containers containers) {
        try {
            for (Found found : containers.all()) {
                if (isNobodys(found)) {
                    containers.remove(found.id());
                }
            }
        } catch (ComputeException e) {
            // Whoever makes a container at the same time is told what is wrong with the engine.
            return;
        }
    }

    private static boolean isNobodys(Found found) {
        boolean over = found.halfMade()
                || found.workload().state() == State.STOPPED
                || found.workload().state() == State.FAILED;
        return over && found.owner().map(OwnerProcess::isGone).orElse(false);
    }
}
