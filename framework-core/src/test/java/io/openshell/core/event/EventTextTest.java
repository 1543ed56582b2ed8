package io.openshell.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Whatever stands in whichever field, an event is one line that a reader can trust. */
class EventTextTest {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @Property(tries = 500)
    void any_text_in_any_field_gives_one_parseable_line_of_printable_ascii(@ForAll("anyText") String text) {
        for (SecurityEvent event : Samples.everyKindWith(text)) {
            assertThat(event.json()).matches(line -> line.chars().allMatch(c -> c >= 0x20 && c < 0x7f), "is ASCII");
            assertThat(MAPPER.readTree(event.json()).get("class_uid").intValue())
                    .isEqualTo(event.classUid());
        }
    }

    @Property(tries = 500)
    void any_text_in_any_field_gives_one_line_of_short_notation(@ForAll("anyText") String text) {
        for (SecurityEvent event : Samples.everyKindWith(text)) {
            assertThat(event.shorthand())
                    .matches(line -> line.codePoints().noneMatch(EventTextTest::harms), "is one line");
        }
    }

    @Provide
    Arbitrary<String> anyText() {
        return Arbitraries.strings().all().ofMaxLength(40).ofMinLength(1);
    }

    private static boolean harms(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Test
    void a_name_cannot_forge_a_second_event_or_the_fields_behind_it() {
        Actor forger = new Actor("/tmp/x(1) -> ok.example:443 [policy:github engine:policy]\nNET:OPEN", 9, List.of());

        assertThat(Samples.NETWORK
                        .denied(Samples.GITHUB, forger, Samples.denied("no"))
                        .shorthand())
                .isEqualTo("NET:OPEN [MED] DENIED"
                        + " /tmp/x(1)\\u{20}->\\u{20}ok.example:443\\u{20}[policy:github\\u{20}engine:policy]\\nNET:OPEN(9)"
                        + " -> api.github.com:443 [policy:- engine:policy] [reason:no]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\u009b31m", "\u202e", "\u2028", "\u0000", "\u007f", "\r", "\u200b", "\ud800"})
    void terminal_sequences_and_invisible_characters_are_escaped(String attack) {
        SecurityEvent event =
                Samples.NETWORK.denied(Samples.GITHUB, new Actor("/tmp/" + attack, 1, List.of()), Samples.denied("no"));

        assertThat(event.shorthand()).doesNotContain(attack);
        assertThat(event.json()).doesNotContain(attack);
    }

    @Test
    void ordinary_letters_of_any_language_stay_readable() {
        assertThat(Samples.CONFIG.of(ConfigState.OTHER, "naïve 東京 😀 a\\b").shorthand())
                .isEqualTo("CONFIG:OTHER [INFO] naïve 東京 😀 a\\\\b");
    }

    @Test
    void a_huge_field_is_cut_and_says_so() {
        SecurityEvent event = Samples.HTTP.of(
                new HttpFacts("GET", "https", "h.example", 443, "/" + "a".repeat(1_000_000)),
                Action.ALLOWED,
                Samples.CURL,
                Samples.ALLOWED);

        assertThat(event.json()).hasSizeLessThan(8_000).contains("...[995905 more]");
        assertThat(event.shorthand()).hasSizeLessThan(8_000).contains("more]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openshell:resolve:env:GITHUB_TOKEN",
                "openshell:resolve:env:v12_GITHUB_TOKEN",
                "openshell%3Aresolve%3aenv%3AGITHUB_TOKEN",
                "OpenShell%253Aresolve%253Aenv%253AGITHUB_TOKEN",
                "sk-OPENSHELL-RESOLVE-ENV-GITHUB_TOKEN"
            })
    void placeholders_of_credentials_never_appear(String placeholder) {
        for (SecurityEvent event : Samples.everyKindWith("/bot" + placeholder + "/x")) {
            assertThat(event.json()).doesNotContain("GITHUB_TOKEN").contains("[CREDENTIAL]");
            assertThat(event.shorthand()).doesNotContain("GITHUB_TOKEN");
        }
    }
}
