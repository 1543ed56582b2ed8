package io.openshell.distribution;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A program's standard input and output that outlast the process which was started with them: a named pipe and a file. The
 * JDK closes the pipes of a process when it ends, whoever else has them.
 */
public final class Lines implements AutoCloseable {

    private static final long PATIENCE_MILLIS = 60_000;

    private final Path output;
    private final RandomAccessFile input;
    private int read;

    private Lines(Path output, RandomAccessFile input) {
        this.output = output;
        this.input = input;
    }

    /**
     * Attaches a process to be.
     *
     * @param folder for the pipe and the file
     */
    public static Lines attach(ProcessBuilder builder, Path folder) throws IOException, InterruptedException {
        Path in = folder.resolve("standard-input");
        Path out = folder.resolve("standard-output");
        Programs.run("rm -f standard-input standard-output && mkfifo standard-input", folder);
        // Open at both ends: a reader does not wait for a writer then.
        RandomAccessFile input = new RandomAccessFile(in.toFile(), "rw");
        builder.redirectInput(in.toFile()).redirectOutput(out.toFile());
        return new Lines(out, input);
    }

    /** Writes a line to the program. */
    public void say(String line) throws IOException {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The next whole line of the program; waits for it. */
    public String next() throws IOException, InterruptedException {
        long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (true) {
            String text = Files.readString(output);
            List<String> whole =
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
            if (whole.size() > read) {
                return whole.get(read++);
            }
            if (System.currentTimeMillis() > deadline) {
                throw new AssertionError("line " + read + ": none in " + PATIENCE_MILLIS + " ms after: " + text);
            }
            Thread.sleep(20);
        }
    }

    /** The program's input ends, unless it has it at both ends itself. */
    @Override
    public void close() throws IOException {
        input.close();
    }
}
