package io.openshell.proxy.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.testkit.cases.AddressCase;
import io.openshell.testkit.cases.HttpCase;
import io.openshell.testkit.cases.HttpCase.Way;
import io.openshell.testkit.cases.HttpCases;
import io.openshell.testkit.cases.UpstreamCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/http-cases.md} equal to the table; {@code -Dcases.write} writes it. */
class CasesPageTest {

    private static final Path PAGE = Path.of("..", "docs", "http-cases.md");

    @Test
    void the_page_is_the_table() throws IOException {
        String page = page();
        if (System.getProperty("cases.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).content().isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder();
        page.append("# Hostile HTTP, case by case\n\n")
                .append(
                        "This page is written from the table in `testkit` (`io.openshell.testkit.cases`) and checked by a test;\n")
                .append(
                        "each row is run against the real proxy in every way it names, in one piece and byte by byte.\n")
                .append("Sources: `18.x` and `2.x` are the reference's behaviour, letters are the attack classes.\n\n")
                .append("## Decided differently from the reference\n\n");
        HttpCases.throughout().forEach(it -> page.append("- ").append(it).append('\n'));
        HttpCases.ofClients().stream()
                .filter(it -> !it.note().isEmpty())
                .forEach(it -> page.append("- ")
                        .append(it.what())
                        .append(": ")
                        .append(it.note())
                        .append('\n'));
        HttpCases.ofUpstreams().stream()
                .filter(it -> !it.note().isEmpty())
                .forEach(it -> page.append("- ")
                        .append(it.what())
                        .append(": ")
                        .append(it.note())
                        .append('\n'));
        page.append("\n## Held elsewhere\n\n");
        HttpCases.elsewhere().forEach(it -> page.append("- ").append(it).append('\n'));
        page.append(
                "\n## Clients\n\n| source | what is sent | ways | the client gets | the upstream gets |\n|---|---|---|---|---|\n");
        HttpCases.ofClients().forEach(it -> page.append(row(it)));
        page.append("\n## Upstreams\n\n| source | what is answered | to | the client gets |\n|---|---|---|---|\n");
        HttpCases.ofUpstreams().forEach(it -> page.append(row(it)));
        page.append("\n## Addresses\n\n| source | the name has | addresses | port | allowed_ips | the client gets |\n")
                .append("|---|---|---|---|---|---|\n");
        HttpCases.ofAddresses().forEach(it -> page.append(row(it)));
        return page.toString();
    }

    private static String row(AddressCase it) {
        return "| %s | %s | `%s` | %d | %s | %s |\n"
                .formatted(
                        it.source(),
                        it.what(),
                        String.join("`, `", it.addresses()),
                        it.port(),
                        it.allowedIps().isEmpty() ? "" : "`" + String.join("`, `", it.allowedIps()) + "`",
                        it.refusal().isEmpty() ? "a connection" : "403, " + it.refusal());
    }

    private static String row(HttpCase it) {
        String ways = it.ways().stream().sorted().map(CasesPageTest::word).collect(Collectors.joining(", "));
        String answers = it.statuses().isEmpty()
                ? "the end"
                : it.statuses().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return "| %s | %s | %s | %s | %s |\n".formatted(it.source(), it.what(), ways, answers, reached(it));
    }

    private static String reached(HttpCase it) {
        if (it.truncated()) {
            return "never a whole request";
        }
        return it.reaches().isEmpty()
                ? "nothing"
                : it.reaches().stream()
                        .map(line -> line.length() > 60 ? line.substring(0, 60) + "..." : line)
                        .map(line -> "`" + line + "`")
                        .collect(Collectors.joining(", "));
    }

    private static String row(UpstreamCase it) {
        String gets = it.status() == 0 ? "a broken connection" : Integer.toString(it.status());
        return "| %s | %s | %s | %s |\n"
                .formatted(it.source(), it.what(), it.request().toLowerCase(Locale.ROOT), gets);
    }

    private static String word(Way way) {
        return switch (way) {
            case TLS_TUNNEL -> "TLS";
            case PLAIN_TUNNEL -> "plain";
            case FORWARD -> "forward";
            case LISTENER -> "listener";
        };
    }
}
