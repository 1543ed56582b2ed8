/**
 * How YAML becomes a plugin's records, and how a plugin says that it cannot use them.
 *
 * <p>The core binds; a plugin never parses. A record's component {@code maxBodyBytes} is the key {@code
 * max_body_bytes}. A component's type is one of: {@code String}, {@code boolean}, {@code int}, {@code long}
 * and their boxes, an enum (constants in lower case with dashes: {@code READ_ONLY} is {@code read-only}),
 * another record, {@code List} and {@code Map<String, …>} of these, {@link
 * io.openshell.api.config.TextMatcher} or {@link io.openshell.api.config.ConfigNode}. A component that is
 * marked {@code @Nullable} may be absent and is then {@code null}; any other must be there. An unknown key, a
 * duplicate key, a value of another type, and an explicit {@code null} are errors with line, column and path.
 *
 * <p>A compact constructor may refuse a value with {@link io.openshell.api.config.InvalidConfigException};
 * what concerns several keys at once belongs into the factory's {@code create}, which returns a {@link
 * io.openshell.api.config.Compilation} with all problems.
 */
@NullMarked
package io.openshell.api.config;

import org.jspecify.annotations.NullMarked;
