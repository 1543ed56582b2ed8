package io.openshell.cli;

import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** How data is printed. */
enum OutputFormat {
    TABLE,
    JSON,
    YAML;

    /** The option that every command has that prints data. */
    static OptionSpec option() {
        return OptionSpec.builder("--output")
                .paramLabel("FORMAT")
                .type(OutputFormat.class)
                .description("table, json or yaml. Default: table.")
                .build();
    }

    static OutputFormat of(ParseResult parsed) {
        return parsed.matchedOptionValue("--output", TABLE);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
