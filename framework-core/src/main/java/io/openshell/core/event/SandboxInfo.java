package io.openshell.core.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose events these are.
 *
 * @param id the sandbox's unique id
 * @param name what people call it
 * @param image the image that it runs in, or {@code null} if there is none
 */
public record SandboxInfo(String id, String name, @Nullable String image) {

    public SandboxInfo {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
    }

    /** A sandbox without an image. */
    public SandboxInfo(String id, String name) {
        this(id, name, null);
    }
}
