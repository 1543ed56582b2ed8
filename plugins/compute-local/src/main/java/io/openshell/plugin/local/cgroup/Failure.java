package io.openshell.plugin.local.cgroup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Why a limit is not in force.
 *
 * @param reason the group's file or folder, and what the kernel said
 * @param remedy what to do about it
 */
record Failure(String reason, String remedy) {

    private static final String PERMIT = "run as root, or inside 'systemd-run --user --scope -p Delegate=yes'";
    private static final String PERMIT_FIRST =
            "run as root; groups of version 1 are not handed to users, those of version 2 are";
    private static final String CONTAINER =
            "have the container's engine set it, or give the container a writable /sys/fs/cgroup";
    private static final String SWITCH_ON =
            "have the controller switched on in cgroup.subtree_control of a group that this"
                    + " user may make groups in ('systemd-run --user --scope -p Delegate=yes' does), or run as root";
    private static final String MOUNT = "mount the kernel's control groups on /sys/fs/cgroup";
    private static final String REPORT = "look at what else uses these groups; running as root may help";

    /** From what the kernel answered about a group of version 2, or 1. */
    static Failure of(GroupFolder group, boolean unified, IOException e) {
        String permit = unified ? PERMIT : PERMIT_FIRST;
        return switch (e) {
            case AccessDeniedException denied -> new Failure(group.path() + ": permission denied", permit);
            case NoSuchFileException missing ->
                new Failure(group.path() + ": no " + Path.of(missing.getFile()).getFileName(), SWITCH_ON);
            case FileAlreadyExistsException there -> new Failure(group.path() + ": is there already", REPORT);
            case FileSystemException other -> said(group, String.valueOf(other.getReason()), permit);
            default -> said(group, String.valueOf(e.getMessage()), permit);
        };
    }

    private static Failure said(GroupFolder group, String text, String permit) {
        String remedy = text.startsWith("Read-only") ? CONTAINER : text.startsWith("Permission") ? permit : REPORT;
        return new Failure(group.path() + ": " + text.toLowerCase(Locale.ROOT), remedy);
    }

    /** The same, with what follows from it. */
    Failure with(String consequence) {
        return new Failure(reason + "; " + consequence, remedy);
    }

    /** The kernel has the controller, and this process cannot see its groups. */
    static Failure notMounted(Controller controller) {
        return new Failure("the control groups of '" + controller.kernelName() + "' are not mounted here", MOUNT);
    }

    /** No group that this process can see has children with the controller. */
    static Failure notOffered(Controller controller, Path own) {
        return new Failure(
                "the controller '" + controller.kernelName() + "' is offered nowhere from " + own + " upwards",
                SWITCH_ON);
    }
}
