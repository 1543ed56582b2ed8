package io.openshell.core.policy;

import io.openshell.core.config.YamlNode;
import java.util.List;
import java.util.Optional;

/**
 * Single values of a mapping whose types the binder checks. A value of a wrong type has been reported and counts as
 * absent here, so that the other values of the same mapping are still looked at.
 */
record Fields(YamlNode.Mapping mapping) {

    /** The text of a key, unless it is empty, which means the same as no such key. */
    Optional<YamlNode.Scalar> text(String key) {
        return scalar(key)
                .filter(scalar -> scalar.asText().isPresent() && !scalar.text().isEmpty());
    }

    /** The items of a list that are text. */
    List<YamlNode.Scalar> texts(String key) {
        return scalars(key).stream()
                .filter(scalar -> scalar.asText().isPresent())
                .toList();
    }

    /** The items of a list that are single values. */
    List<YamlNode.Scalar> scalars(String key) {
        return items(key).stream()
                .filter(YamlNode.Scalar.class::isInstance)
                .map(YamlNode.Scalar.class::cast)
                .toList();
    }

    /** The items of a list that are mappings. */
    List<YamlNode.Mapping> mappings(String key) {
        return items(key).stream()
                .filter(YamlNode.Mapping.class::isInstance)
                .map(YamlNode.Mapping.class::cast)
                .toList();
    }

    Optional<YamlNode.Mapping> section(String key) {
        return node(key).filter(YamlNode.Mapping.class::isInstance).map(YamlNode.Mapping.class::cast);
    }

    /** Whether a switch is on; absent is off. */
    boolean flag(String key) {
        return scalar(key).flatMap(YamlNode.Scalar::asTruthValue).orElse(false);
    }

    Optional<YamlNode.Scalar> scalar(String key) {
        return node(key).filter(YamlNode.Scalar.class::isInstance).map(YamlNode.Scalar.class::cast);
    }

    Optional<YamlNode> node(String key) {
        return Optional.ofNullable(mapping.get(key));
    }

    private List<YamlNode> items(String key) {
        return node(key)
                .filter(YamlNode.Sequence.class::isInstance)
                .map(node -> ((YamlNode.Sequence) node).items())
                .orElse(List.of());
    }
}
