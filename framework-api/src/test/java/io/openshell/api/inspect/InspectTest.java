package io.openshell.api.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectTest {

    @Test
    void a_denial_by_a_rule_is_explicit_and_one_for_want_of_a_rule_is_not() {
        assertThat(new Verdict.Denied("deny_rules[0]", "no").explicit()).isTrue();
        assertThat(Verdict.Denied.notPermitted("no").explicit()).isFalse();
    }

    @Test
    void an_inspector_says_how_much_body_it_needs_in_positive_numbers() {
        assertThat(new BodyNeed.Whole(1).maxBytes()).isEqualTo(1);
        assertThatThrownBy(() -> new BodyNeed.Whole(0)).hasMessage("maxBytes: 0 (expected: a positive number)");
    }

    @Test
    void what_an_inspector_does_not_support_it_cannot_read() {
        RequestInspector inspector = new RequestInspector() {
            @Override
            public BodyNeed bodyNeed(Request head) {
                return BodyNeed.NONE;
            }

            @Override
            public Verdict inspect(Request request) {
                return new Verdict.Allowed("rules[0]");
            }
        };

        assertThat(inspector.inspectMessage("hello")).isInstanceOf(Verdict.Unreadable.class);
    }

    @Test
    void a_judge_that_knows_of_no_credentials_leaves_text_alone() {
        Judge judge = (subject, verdict) -> true;

        assertThat(judge.rewriteText("hello")).isEqualTo(new TextRewrite.Unchanged());
    }

    @Test
    void bytes_that_go_on_are_those_that_were_given() {
        ByteBuffer bytes = ByteBuffer.allocate(3);
        List<ByteBuffer> onward = new ArrayList<>(List.of(bytes));
        StreamVerdict.Forward forward = new StreamVerdict.Forward(onward, List.of());
        onward.clear();

        assertThat(forward.onward()).containsExactly(bytes);
        assertThat(StreamVerdict.forward(bytes)).isEqualTo(forward);
        assertThat(StreamVerdict.more()).isEqualTo(new StreamVerdict.Forward(List.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bad Name", "Bad:Name", "Bad\r\nName", "Nämé"})
    void an_edit_names_a_header_field(String name) {
        assertThatThrownBy(() -> new HeaderEdit(name, "v")).hasMessageContaining("expected: a token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\0b", "x\r\nHost: evil"})
    void an_edit_cannot_add_another_field(String value) {
        assertThatThrownBy(() -> new HeaderEdit("Authorization", value))
                .hasMessageContaining("CR, LF or NUL")
                .hasMessageNotContaining("evil");
    }

    @Test
    void an_edit_prints_without_its_value() {
        assertThat(new HeaderEdit("Authorization", "s3cret")).hasToString("HeaderEdit[Authorization replaced]");
        assertThat(new HeaderEdit("X-Amz-Date", null)).hasToString("HeaderEdit[X-Amz-Date removed]");
    }
}
