package io.openshell.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This process's arguments as the kernel has them. Java replaces bytes that are not text, without a word. */
final class OwnArguments {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final String REPLACEMENT = "\uFFFD";

    private OwnArguments() {}

    /**
     * Whether nothing was replaced: an agent must not be given other words than the user's.
     *
     * @param arguments as Java understood them
     */
    static boolean areWhole(String... arguments) {
        if (Stream.of(arguments).noneMatch(argument -> argument.contains(REPLACEMENT))) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(COMMAND_LINE)));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(COMMAND_LINE + ": " + e.getMessage() + " (expected: readable)", e);
        }
    }
}
