package io.openshell.plugin.sigv4;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A case of AWS's test suite, as {@code published-vectors.txt} has it. */
record PublishedCase(
        String name, Sample sample, @Nullable String token, boolean pathAsItIs, String signedFields, String signature) {

    private static final String REGION = "us-east-1";
    private static final String SERVICE = "service";
    private static final Instant TIME = Instant.parse("2015-08-30T12:36:00Z");

    static List<PublishedCase> all() throws IOException {
        try (InputStream in = PublishedCase.class.getResourceAsStream("/published-vectors.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n\n"))
                    .filter(block -> !block.startsWith("#"))
                    .map(block -> read(block.strip().split("\n")))
                    .toList();
        }
    }

    private static PublishedCase read(String[] lines) {
        String[] start = lines[1].split(" ", 2);
        Sample sample = Sample.of(start[0], "example.amazonaws.com", start[1]);
        String token = null;
        boolean pathAsItIs = false;
        String signs = "";
        for (String line : Arrays.copyOfRange(lines, 2, lines.length - 1)) {
            if (line.equals("path as it is")) {
                pathAsItIs = true;
            } else if (line.startsWith("signs ")) {
                signs = line.substring("signs ".length());
            } else if (line.startsWith("token ")) {
                token = line.substring("token ".length());
            } else if (line.startsWith("body ")) {
                sample = sample.body(line.substring("body ".length()));
            } else {
                String[] field = line.split(":", 2);
                sample = sample.field(field[0], field[1]);
            }
        }
        String signature = lines[lines.length - 1].substring("signature ".length());
        return new PublishedCase(
                lines[0], sample.signedBy(REGION, SERVICE, signs), token, pathAsItIs, signs, signature);
    }

    SampleKeys keys() {
        return token == null ? SampleKeys.SUITE : SampleKeys.SUITE.with("AWS_SESSION_TOKEN", token);
    }

    Signer signer() {
        return new Signer(
                SERVICE,
                new ServiceRules(pathAsItIs, false),
                Optional.of(REGION),
                PayloadMode.AUTO,
                new KeyNames("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
                InstantSource.fixed(TIME));
    }

    @Override
    public String toString() {
        return name;
    }
}
