package io.openshell.api.inspect;

import org.jspecify.annotations.Nullable;

/**
 * A change to one header field.
 *
 * @param name the field's name, any case
 * @param value the value that replaces every field of this name, or {@code null} to remove them
 */
public record HeaderEdit(String name, @Nullable String value) {}
