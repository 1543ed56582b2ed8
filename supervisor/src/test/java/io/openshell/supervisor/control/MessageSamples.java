package io.openshell.supervisor.control;

import io.openshell.supervisor.control.LauncherMessage.Ancestor;
import io.openshell.supervisor.control.LauncherMessage.Attempt;
import io.openshell.supervisor.control.LauncherMessage.AttemptOutcome;
import io.openshell.supervisor.control.LauncherMessage.Bypass;
import io.openshell.supervisor.control.LauncherMessage.Exe;
import io.openshell.supervisor.control.LauncherMessage.Executable;
import io.openshell.supervisor.control.LauncherMessage.Exited;
import io.openshell.supervisor.control.LauncherMessage.Failed;
import io.openshell.supervisor.control.LauncherMessage.Hello;
import io.openshell.supervisor.control.LauncherMessage.Identity;
import io.openshell.supervisor.control.LauncherMessage.Owner;
import io.openshell.supervisor.control.LauncherMessage.Ready;
import io.openshell.supervisor.control.LauncherMessage.Refusal;
import io.openshell.supervisor.control.LauncherMessage.Refused;
import io.openshell.supervisor.control.LauncherMessage.Resolved;
import io.openshell.supervisor.control.LauncherMessage.ResolvedPath;
import io.openshell.supervisor.control.LauncherMessage.Resumed;
import io.openshell.supervisor.control.LauncherMessage.SearchStatus;
import io.openshell.supervisor.control.LauncherMessage.Seen;
import io.openshell.supervisor.control.LauncherMessage.SeenPath;
import io.openshell.supervisor.control.LauncherMessage.Skipped;
import io.openshell.supervisor.control.LauncherMessage.SpawnFailed;
import io.openshell.supervisor.control.LauncherMessage.Started;
import io.openshell.supervisor.control.LauncherMessage.Step;
import io.openshell.supervisor.control.SupervisorMessage.Identify;
import io.openshell.supervisor.control.SupervisorMessage.Keep;
import io.openshell.supervisor.control.SupervisorMessage.Landlock;
import io.openshell.supervisor.control.SupervisorMessage.Launch;
import io.openshell.supervisor.control.SupervisorMessage.Look;
import io.openshell.supervisor.control.SupervisorMessage.Mount;
import io.openshell.supervisor.control.SupervisorMessage.OpenExe;
import io.openshell.supervisor.control.SupervisorMessage.Peer;
import io.openshell.supervisor.control.SupervisorMessage.PlacedFile;
import io.openshell.supervisor.control.SupervisorMessage.Resize;
import io.openshell.supervisor.control.SupervisorMessage.Resolve;
import io.openshell.supervisor.control.SupervisorMessage.Resume;
import io.openshell.supervisor.control.SupervisorMessage.Shutdown;
import io.openshell.supervisor.control.SupervisorMessage.Signal;
import io.openshell.supervisor.control.SupervisorMessage.Spawn;
import io.openshell.supervisor.control.SupervisorMessage.WindowSize;
import io.openshell.supervisor.libc.NativeDescriptor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;

/** One of each message, with every field filled. */
final class MessageSamples {

    /** Not open: samples are only encoded and compared. */
    private static final int ANY_DESCRIPTOR = 1_000_000;

    private static final Executable CURL =
            new Executable("/usr/bin/curl", false, 66_306, 1234, 300_000, 1_700_000_000_000_000_001L, 2L);

    private MessageSamples() {}

    static List<LauncherMessage> ofLauncher() {
        return List.of(
                new Hello(1, 7, "6.18.44"),
                new Ready(
                        new NativeDescriptor(ANY_DESCRIPTOR),
                        7,
                        4,
                        2,
                        List.of(new Step("network namespace", "10.200.0.2"), new Step("root", "")),
                        List.of(
                                new Skipped("/app", "path does not exist", 2, Skipped.What.MOUNT),
                                new Skipped("/app", "path does not exist", 2, Skipped.What.RULE),
                                new Skipped("TCP", "an old kernel", 95, Skipped.What.TCP_LIMIT)),
                        false,
                        List.of(
                                new Attempt("mount", "EPERM from seccomp", "EPERM", AttemptOutcome.AS_EXPECTED),
                                new Attempt("TCP over IPv6", "ENETUNREACH", "no IPv6", AttemptOutcome.NOT_APPLICABLE)),
                        4_200,
                        "Function not implemented",
                        "0.1.0"),
                new Failed("mount", "/nope", 2, "make the directory"),
                new Started(1, 17, new NativeDescriptor(ANY_DESCRIPTOR), List.of(new Step("seccomp", "61 calls"))),
                new SpawnFailed(1, "exec", "/bin/nope", 2),
                new Exited(1, -1, 9, OptionalLong.of(2), true),
                new Exited(2, 7, 0, OptionalLong.empty(), false),
                new Identity(
                        3,
                        SearchStatus.FOUND,
                        "",
                        0,
                        4242,
                        List.of(new Owner(
                                9, 12_345, CURL, List.of(new Ancestor(2, CURL, 11)), List.of("/usr/bin/x", "/y")))),
                new Exe(4, new NativeDescriptor(ANY_DESCRIPTOR), CURL, 0),
                new Resumed(
                        new Ready(
                                new NativeDescriptor(ANY_DESCRIPTOR),
                                7,
                                4,
                                2,
                                List.of(new Step("root", "")),
                                List.of(new Skipped("/app", "path does not exist", 2, Skipped.What.RULE)),
                                true,
                                List.of(new Attempt("write", "EROFS", "EROFS", AttemptOutcome.AS_EXPECTED)),
                                1,
                                "",
                                "0.1.0"),
                        new SecretBytes(new byte[] {9, 0, 9}),
                        List.of(1, 3)),
                new Refused(Refusal.SUPERVISED, "supervisor: alive", 4711),
                new Seen(
                        6,
                        List.of(
                                new SeenPath("/usr", SeenPath.Kind.DIRECTORY, 0, ""),
                                new SeenPath("/app", SeenPath.Kind.NOTHING, 2, ""),
                                new SeenPath("/etc/passwd", SeenPath.Kind.FILE, 0, "b\u00e9:x:1:1::/:\n"))),
                new Resolved(5, List.of(new ResolvedPath("/bin/sh", true, "/usr/bin/dash", 0))),
                new Bypass(
                        9,
                        12_345,
                        CURL,
                        new InetSocketAddress("8.8.8.8", 53),
                        "udp",
                        4_000_000_000L,
                        List.of(new Ancestor(2, CURL, 11))));
    }

    static List<SupervisorMessage> ofSupervisor() {
        return List.of(
                new Launch(
                        "calm-otter",
                        true,
                        998,
                        4_294_967_294L,
                        "sandbox",
                        List.of(
                                new Mount(Mount.Kind.READ_ONLY, "/usr", "/usr", false),
                                new Mount(Mount.Kind.FRESH, "/tmp", "", true)),
                        List.of(new PlacedFile("/etc/hosts", 0644, new byte[] {1, 0, 2})),
                        List.of("/usr"),
                        List.of("/tmp"),
                        Landlock.HARD_REQUIREMENT,
                        true,
                        true,
                        List.of(ANY_DESCRIPTOR, ANY_DESCRIPTOR)),
                new Spawn(1, List.of("curl", ""), List.of("A=b"), "/sandbox", List.of(0, 1, 2), false, size()),
                new Signal(1, 15),
                new Resize(1, size()),
                new Identify(2, new Peer(new byte[] {10, (byte) 200, 0, 2}, 40_000), new Peer(new byte[16], 3128)),
                new OpenExe(3, 17, 12_345),
                new Resolve(4, List.of("/bin/sh")),
                new Look(6, List.of("/usr", "/app"), List.of("/etc/passwd"), List.of("/", "/opt")),
                new Keep(4711, new SecretBytes(new byte[] {0, 1, 2})),
                new Resume(1, ANY_DESCRIPTOR),
                new Shutdown());
    }

    private static WindowSize size() {
        return new WindowSize(24, 80);
    }
}
