package io.openshell.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that the demo's agent tries.
 *
 * @param title what it shows
 * @param allowed whether the policy allows it
 * @param command what is run in the sandbox
 */
record DemoScene(String title, boolean allowed, List<String> command) {

    private static final String URL = "https://" + DemoUpstream.HOST + ":" + DemoUpstream.PORT;
    private static final String STATUS = "\\n(HTTP status %{http_code})\\n";

    /** The tour. */
    static final List<DemoScene> TOUR = List.of(
            new DemoScene("A request that a rule allows", true, curl(URL + "/zen")),
            new DemoScene(
                    "A write that a rule allows", true, curl("-X", "POST", "-d", "{}", URL + "/repos/demo/issues")),
            new DemoScene("A write that no rule allows", false, curl("-X", "DELETE", URL + "/repos/demo")),
            new DemoScene(
                    "The same, with dots that lead elsewhere",
                    false,
                    curl("--path-as-is", "-X", "POST", "-d", "{}", URL + "/repos/demo/../../admin/issues/")),
            new DemoScene("A host that is not declared", false, curl("https://evil.demo.test/upload")),
            new DemoScene(
                    "Another program at the same endpoint",
                    false,
                    shell("cp /usr/bin/curl /tmp/not-curl && exec /tmp/not-curl -sS --max-time 10 " + URL + "/zen")),
            new DemoScene(
                    "The cloud's metadata service, although it is declared",
                    false,
                    curl("http://169.254.169.254/latest/meta-data/")),
            new DemoScene(
                    "A connection past the proxy",
                    false,
                    List.of(
                            "curl",
                            "-sS",
                            "--noproxy",
                            "*",
                            "--max-time",
                            "10",
                            "-k",
                            "https://" + DemoLab.ADDRESS + ":" + DemoUpstream.PORT + "/zen")),
            new DemoScene("A file in the work folder", true, shell("echo note > /sandbox/note && cat /sandbox/note")),
            new DemoScene("A file in a system folder", false, shell("echo x > /usr/local/x")),
            new DemoScene("A home folder of this machine", false, shell("ls /root /home")),
            new DemoScene("A new user namespace", false, shell("unshare --user true")),
            new DemoScene("A mount", false, shell("mount -t tmpfs none /tmp")));

    private static List<String> curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "10", "-w", STATUS));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    private static List<String> shell(String script) {
        return List.of("sh", "-c", script);
    }

    /** Whether what was seen is what it looks like when the attempt succeeded. */
    boolean succeeded(int exitStatus, String output) {
        return exitStatus == 0 && !output.contains("(HTTP status 4") && !output.contains("(HTTP status 5");
    }

    /** The command as one would type it. */
    String typed() {
        return String.join(" ", command.stream().map(DemoScene::quoted).toList());
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=-]+") ? word : "'" + word + "'";
    }
}
