package io.openshell.core.policy;

import io.openshell.core.config.RecordBinder;
import io.openshell.core.config.YamlNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code filesystem_policy}. */
final class FilesystemReader {

    /** The most bytes of a path, as in Linux' {@code PATH_MAX}. */
    static final int MAX_PATH_BYTES = 4096;

    /** The most paths of both lists together. */
    static final int MAX_PATHS = 256;

    private static final int SHOWN_BYTES = 77;

    private final Findings findings;

    FilesystemReader(Findings findings) {
        this.findings = findings;
    }

    FilesystemPolicy read(YamlNode.Mapping section) {
        new RecordBinder(findings.problems()).bind(section, PolicyKeys.Filesystem.class);
        Fields fields = new Fields(section);
        List<YamlNode.Scalar> readOnly = fields.texts("read_only");
        List<YamlNode.Scalar> readWrite = fields.texts("read_write");
        int count = readOnly.size() + readWrite.size();
        if (count > MAX_PATHS) {
            findings.problems()
                    .add(section, count + " paths (expected: at most " + MAX_PATHS + "); too many filesystem paths");
        }
        Set<String> writable = paths(readWrite, true);
        return new FilesystemPolicy(
                fields.flag("include_workdir"), readOnly(readOnly, writable), List.copyOf(writable));
    }

    /** The paths to read; one that is in both lists may be written. */
    private List<String> readOnly(List<YamlNode.Scalar> nodes, Set<String> writable) {
        for (YamlNode.Scalar node : nodes) {
            if (writable.contains(normalised(node.text()))) {
                findings.warnings().add(node, node.describe() + ": also in read_write, which wins");
            }
        }
        List<String> readable = new ArrayList<>(paths(nodes, false));
        readable.removeAll(writable);
        return readable;
    }

    private Set<String> paths(List<YamlNode.Scalar> nodes, boolean writable) {
        Set<String> paths = new LinkedHashSet<>();
        for (YamlNode.Scalar node : nodes) {
            int before = findings.problems().count();
            check(node, writable);
            if (findings.problems().count() == before) {
                paths.add(normalised(node.text()));
            }
        }
        return paths;
    }

    private void check(YamlNode.Scalar node, boolean writable) {
        String path = node.text();
        int bytes = path.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            String message = "path exceeds maximum length (" + bytes + " > " + MAX_PATH_BYTES + "): " + start(path);
            findings.problems().add(node, message);
            return;
        }
        if (!path.startsWith("/")) {
            findings.problems().unexpected(node, "an absolute path, beginning with '/'");
        }
        if (List.of(path.split("/", -1)).contains("..")) {
            findings.problems().unexpected(node, "a path without the traversal component '..'");
        }
        if (path.indexOf('\n') >= 0) {
            findings.problems().unexpected(node, "a path on one line");
        }
        if (writable && path.startsWith("/") && normalised(path).equals("/")) {
            findings.problems().unexpected(node, "a directory below '/'; this read-write path is overly broad");
        }
    }

    /** One slash between components, no {@code .} component, no slash at the end. {@code ..} stays. */
    static String normalised(String path) {
        List<String> components = new ArrayList<>();
        for (String component : path.split("/", -1)) {
            if (!component.isEmpty() && !component.equals(".")) {
                components.add(component);
            }
        }
        return (path.startsWith("/") ? "/" : "") + String.join("/", components);
    }

    /** As many characters as fit, whole ones. */
    private static String start(String path) {
        int bytes = 0;
        int end = 0;
        while (end < path.length()) {
            int next = end + Character.charCount(path.codePointAt(end));
            bytes += path.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > SHOWN_BYTES) {
                break;
            }
            end = next;
        }
        return path.substring(0, end) + "...";
    }
}
