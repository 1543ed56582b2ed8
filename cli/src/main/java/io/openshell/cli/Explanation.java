package io.openshell.cli;

import io.openshell.core.decide.Trace;
import java.util.List;

/**
 * What {@code policy explain} has to say.
 *
 * @param decision allowed, audited or denied
 * @param rule the rule that decided; empty if none
 * @param reason one line; empty if there is nothing to add
 * @param trace how it came about
 * @param edit lines of the smallest edit that would allow it; empty if allowed or if there is none
 */
record Explanation(String decision, String rule, String reason, Trace trace, List<String> edit) {

    boolean allowed() {
        return !"denied".equals(decision);
    }

    String render(OutputFormat format, Console console) {
        if (format != OutputFormat.TABLE) {
            List<Object> row = List.of(
                    decision, rule, reason, trace.steps().stream().map(Trace.Step::toString).toList(), edit);
            return new Table(List.of("decision", "rule", "reason", "trace", "edit"), List.of(row)).render(format);
        }
        Console.Style style = allowed() ? Console.Style.GREEN : Console.Style.RED;
        StringBuilder text = new StringBuilder(console.styled(style, decision));
        if (!rule.isEmpty()) {
            text.append(" by ").append(rule);
        }
        if (!reason.isEmpty()) {
            text.append("\n  ").append(reason);
        }
        text.append("\n\nHow it was decided:");
        trace.steps().forEach(step -> text.append("\n  ").append(step));
        if (!edit.isEmpty()) {
            text.append("\n\nThe smallest edit that would allow it:");
            edit.forEach(line -> text.append("\n  ").append(line));
        }
        return text.toString();
    }
}
