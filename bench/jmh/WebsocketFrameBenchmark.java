package io.openshell.plugin.websocket;

import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamVerdict;
import io.openshell.api.inspect.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One text frame of 1 KiB from a client: read, unmasked, checked, judged and handed on. Target: 4 microseconds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WebsocketFrameBenchmark {

    private static final Verdict ALLOWED = new Verdict.Allowed("access");

    private final Judge judge = (subject, verdict) -> verdict instanceof Verdict.Allowed;
    private WebsocketStream plain;
    private WebsocketStream deflated;
    private ByteBuffer ascii;
    private ByteBuffer greek;
    private ByteBuffer binary;
    private ByteBuffer compressed;
    private byte[] asciiBytes;

    @Setup
    public void prepare() {
        MessageRules rules = new MessageRules(ALLOWED, ALLOWED, Optional.empty());
        MemoryBudget budget = new MemoryBudget(WebsocketLimits.ASSEMBLY_BYTES);
        plain = new WebsocketStream(false, rules, judge, budget);
        deflated = new WebsocketStream(true, rules, judge, budget);
        byte[] text = ("{\"type\":\"event\",\"n\":" + "0123456789".repeat(110)).substring(0, 1024).getBytes(StandardCharsets.US_ASCII);
        ascii = frame(false, Opcode.TEXT, text);
        asciiBytes = ascii.array();
        greek = frame(false, Opcode.TEXT, "\u03ba\u03bb".repeat(256).getBytes(StandardCharsets.UTF_8));
        binary = frame(false, Opcode.BINARY, text);
        compressed = frame(true, Opcode.TEXT, deflate(text));
    }

    private static ByteBuffer frame(boolean compressed, Opcode opcode, byte[] payload) {
        FrameHeader header = new FrameHeader(true, compressed, opcode, payload.length, true, 0x37FA213D);
        return Frames.again(header, payload.clone());
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(bytes);
        byte[] out = new byte[4096];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length - 4);
    }

    @Benchmark
    public StreamVerdict text() {
        return plain.fromClient(ascii.duplicate());
    }

    @Benchmark
    public StreamVerdict textOutsideAscii() {
        return plain.fromClient(greek.duplicate());
    }

    @Benchmark
    public StreamVerdict textInTwoPieces() {
        plain.fromClient(ByteBuffer.wrap(asciiBytes, 0, 500));
        return plain.fromClient(ByteBuffer.wrap(asciiBytes, 500, asciiBytes.length - 500));
    }

    @Benchmark
    public StreamVerdict compressedText() {
        return deflated.fromClient(compressed.duplicate());
    }

    @Benchmark
    public StreamVerdict binary() {
        return plain.fromClient(binary.duplicate());
    }
}
