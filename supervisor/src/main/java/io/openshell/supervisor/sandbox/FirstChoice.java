package io.openshell.supervisor.sandbox;

import java.util.ArrayList;
import java.util.List;

/** In what order drivers with images are tried. */
final class FirstChoice {

    private static final List<String> PREFERRED = List.of("docker", "podman");

    private FirstChoice() {}

    /** @param names of all drivers, sorted */
    static List<String> of(List<String> names) {
        List<String> order = new ArrayList<>(PREFERRED);
        order.retainAll(names);
        names.stream()
                .filter(name -> !PREFERRED.contains(name) && !name.equals(SandboxSpec.LOCAL))
                .forEach(order::add);
        return List.copyOf(order);
    }
}
