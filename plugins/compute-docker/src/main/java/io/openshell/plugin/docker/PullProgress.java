package io.openshell.plugin.docker;

import io.openshell.api.compute.ComputeDriver.Progress;
import io.openshell.plugin.docker.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes one line a second of what an engine says while it fetches an image. */
final class PullProgress {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final double MEBIBYTE = 1 << 20;

    /** More layers than this no engine takes. */
    private static final int MAX_LAYERS = 512;

    private final String reference;
    private final Progress progress;
    private final LongSupplier clock;
    private final Map<String, long[]> layers = new HashMap<>();
    private long last;

    PullProgress(String reference, Progress progress, LongSupplier clock) {
        this.reference = reference;
        this.progress = progress;
        this.clock = clock;
        this.last = clock.getAsLong();
    }

    /** Looks at a line: Docker tells bytes of layers, Podman what it is doing. */
    void see(Json line) throws IOException {
        Json detail = line.at("progressDetail");
        Optional<String> layer = line.at("id").text();
        long total = detail.at("total").number().orElse(0L);
        if (layer.isPresent() && total > 0 && layers.size() < MAX_LAYERS) {
            layers.put(layer.get(), new long[] {detail.at("current").number().orElse(0L), total});
        }
        Optional<String> said = line.at("stream").text();
        if (clock.getAsLong() - last < SECOND) {
            return;
        }
        if (!layers.isEmpty()) {
            long done = layers.values().stream().mapToLong(it -> it[0]).sum();
            long all = layers.values().stream().mapToLong(it -> it[1]).sum();
            tell(String.format(Locale.ROOT, "%.1f of %.1f MiB", done / MEBIBYTE, all / MEBIBYTE));
        } else if (said.isPresent()) {
            tell(Failures.oneLine(said.get()));
        }
    }

    private void tell(String what) {
        last = clock.getAsLong();
        progress.step("pulling " + reference + ": " + what);
    }
}
