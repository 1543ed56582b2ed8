package io.openshell.distribution.life;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a process sees mounted. */
final class PostureMounts {

    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int POINT = 4;
    private static final int OPTIONS = 5;

    /** How a machine keeps access times is its own, and so is what a kernel says of what is so anyway. */
    private static final String OF_THE_MACHINE = ",(relatime|noatime|nodiratime|strictatime|lazytime)";

    private static final String OF_THE_KERNEL = ",(inode64|uuid=on|xino=off)\\b";

    private final Set<String> devices = new HashSet<>();
    private final Set<String> points = new HashSet<>();
    private final PostureNames names;

    private PostureMounts(PostureNames names) {
        this.names = names;
        for (String line : ProcFile.own("mountinfo").lines()) {
            devices.add(line.split(" ")[DEVICE]);
            points.add(line.split(" ")[POINT]);
        }
    }

    /** One line for each mount: where, what of it, options, propagation, kind and the kind's options. */
    static List<String> of(long pid, PostureNames names) {
        if (ProcFile.of(pid, "ns/mnt").link().equals(ProcFile.own("ns/mnt").link())) {
            return List.of("the test's");
        }
        return new PostureMounts(names).lines(ProcFile.of(pid, "mountinfo").lines());
    }

    /** What the machine has mounted beneath a shown folder comes with it, and must have its options. */
    private List<String> lines(List<String> table) {
        List<String> lines = new ArrayList<>();
        String shown = "/";
        String options = "";
        for (String line : table.stream()
                .sorted(Comparator.comparing(line -> line.split(" ")[POINT]))
                .toList()) {
            String[] fields = line.split(" ");
            boolean ofTheMachine = devices.contains(fields[DEVICE]);
            boolean beneath = fields[POINT].startsWith(shown + "/") && fields[OPTIONS].equals(options);
            if (ofTheMachine && beneath && points.contains(fields[POINT])) {
                continue;
            }
            if (ofTheMachine) {
                shown = fields[POINT];
                options = fields[OPTIONS];
            }
            lines.add(mount(fields, line.split(" - ", 2)[1], ofTheMachine));
        }
        return lines;
    }

    private String mount(String[] fields, String fileSystem, boolean ofTheMachine) {
        List<String> words = new ArrayList<>();
        words.add(names.path(fields[POINT]));
        words.add(names.path(fields[ROOT]));
        words.add(ofTheMachine ? fields[OPTIONS].replaceAll(OF_THE_MACHINE, "") : fields[OPTIONS]);
        for (int index = OPTIONS + 1; !fields[index].equals("-"); index++) {
            words.add(fields[index]);
        }
        words.add(
                ofTheMachine
                        ? "of the machine"
                        : fileSystem
                                .replaceAll("\\bsize=\\d+k", "size={memory}")
                                .replaceAll(OF_THE_KERNEL, ""));
        return String.join(" ", words);
    }
}
