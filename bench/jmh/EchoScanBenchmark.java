package io.openshell.core.echo;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 16 KiB of an answer, copied and searched for secrets that are not in it. 16 microseconds are 1 GB/s. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EchoScanBenchmark {

    @Param({"1", "10"})
    private int secrets;

    @Param({"40", "8"})
    private int length;

    @Param({"text", "json", "html", "binary"})
    private String answer;

    private byte[] bytes;
    private EchoScanner scanner;

    @Setup
    public void prepare() {
        Random random = new Random(7);
        EchoPatterns.Builder patterns = EchoPatterns.builder();
        for (int i = 0; i < secrets; i++) {
            patterns.add("KEY" + i, token(random, length));
        }
        scanner = EchoScanner.open(patterns.build(), new EchoWorkspace()).orElseThrow();
        bytes = answer(random);
    }

    @Benchmark
    public int scan() {
        int at = scanner.prepare(bytes.length);
        System.arraycopy(bytes, 0, scanner.wire(), at, bytes.length);
        return scanner.scan(bytes.length, true);
    }

    private static byte[] token(Random random, int length) {
        byte[] token = new byte[length];
        for (int i = 0; i < length; i++) {
            token[i] = (byte) "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".charAt(random.nextInt(64));
        }
        return token;
    }

    private byte[] answer(Random random) {
        byte[] all = new byte[EchoScanner.PIECE];
        if (answer.equals("binary")) {
            random.nextBytes(all);
            return all;
        }
        String line = switch (answer) {
            case "json" -> "{\"id\": %d, \"title\": \"The quick brown fox \\\"jumps\\\" over the lazy dog\", \"url\": \"https:\\/\\/api.example.com\\/v1\\/items\\/%d\"},\n";
            case "html" -> "<li class=\"item\"><a href=\"/items/%d?a=b&amp;c=%%20d\">The quick brown fox &amp; the lazy dog %d</a></li>\n";
            default -> "2026-11-25 12:00:00 INFO request %d served in %d milliseconds, the quick brown fox jumps over the lazy dog\n";
        };
        StringBuilder text = new StringBuilder();
        while (text.length() < all.length) {
            text.append(line.formatted(random.nextInt(1_000_000), random.nextInt(1_000_000)));
        }
        System.arraycopy(text.toString().getBytes(StandardCharsets.US_ASCII), 0, all, 0, all.length);
        return all;
    }
}
