package io.openshell.plugin.sigv4;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** AWS's own signer, in a process of its own: it says whether a request is signed as it would sign it. */
final class Botocore implements AutoCloseable {

    /** Debian's Python, which has Debian's botocore; another in the path may have another, or none. */
    static final String PYTHON = "/usr/bin/python3";

    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    Botocore() throws IOException {
        String program = Botocore.class.getResource("/botocore_verify.py").getPath();
        process = new ProcessBuilder(PYTHON, program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        requests = new OutputStreamWriter(process.getOutputStream(), UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    static boolean isThere() throws IOException, InterruptedException {
        return new ProcessBuilder(PYTHON, "-c", "import botocore")
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
    }

    /** {@code ok}, or what is wrong. */
    String judge(Sample sample, Map<String, String> signature, SampleKeys keys, String token) throws IOException {
        StringBuilder fields = new StringBuilder();
        sample.fields().headers().names().stream()
                .filter(name -> !Signer.OWN.contains(name))
                .forEach(name -> sample.fields().headers().all(name).forEach(value -> field(fields, name, value)));
        signature.forEach((name, value) -> field(fields, name, value));
        field(fields, "host", sample.whole().authority());
        String line = """
                {"scheme":%s,"method":%s,"target":%s,"body":"%s","keys":[%s,%s,%s],"headers":[%s]}
                """.formatted(
                        quoted(sample.scheme()),
                        quoted(sample.fields().method()),
                        quoted(sample.target()),
                        Base64.getEncoder().encodeToString(sample.body().getBytes(UTF_8)),
                        quoted(keys.value("AWS_ACCESS_KEY_ID")),
                        quoted(keys.value("AWS_SECRET_ACCESS_KEY")),
                        token.isEmpty() ? "null" : quoted(token),
                        fields);
        return ask(line);
    }

    /** The path that AWS's client for S3 asks for to get an object. */
    String path(String key) throws IOException {
        return ask(quoted(key) + "\n");
    }

    private String ask(String line) throws IOException {
        requests.write(line);
        requests.flush();
        return answers.readLine();
    }

    private static void field(StringBuilder fields, String name, String value) {
        fields.append(fields.isEmpty() ? "" : ",").append(List.of(quoted(name), quoted(value)));
    }

    private static String quoted(String text) {
        return text.chars()
                .mapToObj(c ->
                        c < ' ' || c > '~' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : String.valueOf((char) c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }
}
