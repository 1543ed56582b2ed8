package io.openshell.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** mvnw on a machine with no Maven, or with an old one. */
class MavenScriptTest {
    private static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();
    private static final String ARCHIVE = "org/apache/maven/apache-maven/3.9.9/apache-maven-3.9.9-bin.tar.gz";

    @TempDir
    private Path folder;

    private Path project;
    private Path tools;
    private Path repository;

    @BeforeEach
    void lays_out_a_machine_with_a_JDK_and_no_Maven() throws Exception {
        project = Files.createDirectories(folder.resolve("project"));
        Files.createDirectories(project.resolve("bin"));
        Files.copy(SOURCES.resolve("mvnw"), project.resolve("mvnw"));
        Files.copy(SOURCES.resolve("bin/find-jdk.sh"), project.resolve("bin/find-jdk.sh"));

        tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("sh", "sed", "dirname", "mkdir", "rm", "mv", "tar", "gzip", "sha512sum", "curl")) {
            script(tools.resolve(tool), "exec " + found(tool) + " \"$@\"");
        }

        repository = Files.createDirectories(folder.resolve("repository"));
        Path maven = Files.createDirectories(folder.resolve("apache-maven-3.9.9/bin"));
        script(maven.resolve("mvn"), "echo downloaded \"$@\" with \"$JAVA_HOME\"");
        Path archive = repository.resolve(ARCHIVE);
        Files.createDirectories(archive.getParent());
        run("tar", "-czf", archive.toString(), "-C", folder.toString(), "apache-maven-3.9.9");
    }

    @Test
    void runs_the_installed_Maven_with_the_JDK_it_found() throws Exception {
        installMaven("3.8.7");

        assertThat(mvnw("-q", "verify")).isEqualTo("installed -q verify with " + jdk());
    }

    @Test
    void says_what_is_missing_when_there_is_no_Maven_and_nowhere_to_get_it() throws Exception {
        assertThat(mvnw("verify")).startsWith("error: mvn: not found (expected: Maven 3.8 or newer");
    }

    @Test
    void does_not_run_an_old_Maven() throws Exception {
        installMaven("3.6.3");

        assertThat(mvnw("verify")).startsWith("error: mvn: 3.6.3 (expected: Maven 3.8 or newer");
    }

    @Test
    void refuses_an_archive_with_another_checksum_and_leaves_nothing() throws Exception {
        assertThat(withRepository("verify")).contains("is not the one released (expected: SHA-512");
        assertThat(folder.resolve("home/wrapper")).isEmptyDirectory();
    }

    @Test
    void downloads_Maven_once() throws Exception {
        byte[] archive = Files.readAllBytes(repository.resolve(ARCHIVE));
        String checksum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(archive));
        Path mvnw = project.resolve("mvnw");
        Files.writeString(mvnw, Files.readString(mvnw).replaceFirst("maven_sha512=\\w+", "maven_sha512=" + checksum));

        assertThat(withRepository("verify"))
                .isEqualTo("mvnw: downloading Maven 3.9.9\ndownloaded verify with " + jdk());
        assertThat(withRepository("verify")).isEqualTo("downloaded verify with " + jdk());
    }

    private void installMaven(String version) throws IOException {
        script(
                tools.resolve("mvn"),
                "[ \"$1\" = --version ] && echo 'Apache Maven " + version
                        + "' || echo installed \"$@\" with \"$JAVA_HOME\"");
    }

    private String mvnw(String... arguments) throws Exception {
        return run(command(arguments));
    }

    private String withRepository(String argument) throws Exception {
        return run("env", "MVNW_REPOURL=file://" + repository + "/", project + "/mvnw", argument);
    }

    private String[] command(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = project + "/mvnw";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return command;
    }

    private String run(String... command) throws Exception {
        command[0] = command[0].startsWith("/") ? command[0] : found(command[0]).toString();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("JAVA_HOME", jdk());
        builder.environment().put("MAVEN_USER_HOME", folder.resolve("home").toString());
        builder.environment().remove("MVNW_REPOURL");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    private static String jdk() {
        return System.getProperty("java.home");
    }

    private static Path found(String tool) {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
            Path path = Path.of(folder, tool);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        throw new AssertionError(tool + ": not found (expected: in /usr/bin)");
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
