package io.openshell.plugin.docker;

import io.openshell.api.compute.SandboxRequest;
import io.openshell.api.compute.SandboxRequest.Resources;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a container's labels say: enough to know it again after everything else is forgotten. */
final class SandboxLabels {

    static final String MANAGED_BY = "openshell.ai/managed-by";
    static final String OPENSHELL = "openshell";
    static final String ID = "openshell.ai/sandbox-id";
    private static final String NAME = "openshell.ai/sandbox-name";
    static final String OWNER = "openshell.ai/owner";
    private static final String NAMESPACE = "openshell.ai/sandbox-namespace";
    private static final String PIDS = "openshell.ai/limit-pids";
    private static final String MEMORY = "openshell.ai/limit-memory";
    private static final String CPUS = "openshell.ai/limit-cpus";

    private SandboxLabels() {}

    /** The request's own labels and, over them, these. */
    static Map<String, String> of(SandboxRequest request) {
        Map<String, String> labels = new HashMap<>();
        labels.put(NAMESPACE, "default");
        labels.putAll(request.labels());
        labels.put(MANAGED_BY, OPENSHELL);
        labels.put(ID, request.id());
        if (SandboxRequest.WHILE_PROCESS_LIVES.equals(request.labels().get(SandboxRequest.LIFETIME))) {
            labels.put(OWNER, OwnerProcess.ofThisProcess().text());
        }
        labels.put(NAME, request.name());
        Resources asked = request.resources();
        put(labels, PIDS, asked.pids());
        put(labels, MEMORY, asked.memoryBytes());
        Double cpus = asked.cpus();
        put(labels, CPUS, cpus == null ? null : String.format(Locale.ROOT, "%.3f", cpus));
        return labels;
    }

    private static void put(Map<String, String> labels, String name, @Nullable Object value) {
        if (value != null) {
            labels.put(name, value.toString());
        }
    }

    /** Which limits were asked for. What is no number was put there by somebody else, and was not asked for. */
    static Resources asked(Map<String, String> labels) {
        try {
            String pids = labels.get(PIDS);
            String memory = labels.get(MEMORY);
            String cpus = labels.get(CPUS);
            return new Resources(
                    pids == null ? null : Integer.valueOf(pids),
                    memory == null ? null : Long.valueOf(memory),
                    cpus == null ? null : Double.valueOf(cpus));
        } catch (IllegalArgumentException e) {
            return Resources.UNLIMITED;
        }
    }
}
