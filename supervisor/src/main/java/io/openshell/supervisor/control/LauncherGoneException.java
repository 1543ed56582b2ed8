package io.openshell.supervisor.control;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The launcher has ended, or the conversation with it has; with it every process of the sandbox. */
public final class LauncherGoneException extends IOException {

    private static final long serialVersionUID = 1L;

    LauncherGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
