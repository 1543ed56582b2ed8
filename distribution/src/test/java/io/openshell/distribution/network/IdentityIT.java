package io.openshell.distribution.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.distribution.Programs;
import io.openshell.testkit.NetworkLab;
import io.openshell.testkit.NetworkLab.RecordedPlace;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks decides: the executable of the process that holds the connection, and those of its ancestors. */
@Tag("root")
class IdentityIT {

    private static final String YES = "HTTP/1.1 200 OK\n";
    private static final String NO = "HTTP/1.1 403 Forbidden\n";

    private static NetworkLab lab;
    private static RecordedPlace upstream;

    @TempDir
    private Path folder;

    @BeforeAll
    static void openLab() throws Exception {
        lab = NetworkLab.open();
        lab.name("www.lab.test", NetworkLab.WEB_ADDRESS);
        upstream = lab.record(NetworkLab.WEB_ADDRESS, 80);
    }

    @AfterAll
    static void closeLab() {
        lab.close();
    }

    @BeforeEach
    void forget() throws Exception {
        upstream.forget();
    }

    @Test
    void one_binary_is_allowed_and_another_denied_to_the_same_endpoint() throws Exception {
        Agent.Outcome outcome = agent("/usr/bin/curl").run("/bin/sh", "-c", """
                curl -sS -o /dev/null -w '%{http_code}\\n' http://www.lab.test/by-curl
                python3 -c 'import urllib.request as r, urllib.error as e
                try: print(r.urlopen("http://www.lab.test/by-python").status)
                except e.HTTPError as refused: print(refused.code)'
                """);

        assertThat(outcome.success()).isEqualTo("200\n403\n");
        assertThat(upstream.text()).contains("GET /by-curl ").doesNotContain("by-python");
    }

    @Test
    void the_same_content_under_another_path_is_another_binary() throws Exception {
        assertThat(agent("/sandbox/allowed").script("/sandbox/allowed ask; /sandbox/denied ask"))
                .isEqualTo(YES + NO);
    }

    @Test
    void a_binary_that_was_replaced_is_denied_from_then_on() throws Exception {
        Agent.Outcome outcome = agent("/sandbox/allowed").run("/bin/sh", "-c", """
                /sandbox/allowed ask
                cp /sandbox/allowed /sandbox/other && echo changed >> /sandbox/other
                mv /sandbox/other /sandbox/allowed && /sandbox/allowed ask
                """);

        assertThat(outcome.success()).isEqualTo(YES + NO);
        assertThat(outcome.events().text()).contains("Binary integrity violation: /sandbox/allowed hash changed");
        assertThat(upstream.connections()).isEqualTo(1);
    }

    @Test
    void a_binary_that_was_changed_in_place_is_denied_from_then_on() throws Exception {
        assertThat(agent("/sandbox/allowed")
                        .script("/sandbox/allowed ask; echo x >> /sandbox/allowed; /sandbox/allowed ask"))
                .isEqualTo(YES + NO);
    }

    @Test
    void a_child_of_a_binary_that_was_replaced_is_denied() throws Exception {
        String answers = agent("/sandbox/allowed").script("""
                /sandbox/allowed ask
                cp /sandbox/denied /sandbox/other && echo changed >> /sandbox/other
                mv /sandbox/other /sandbox/allowed
                /sandbox/allowed parent /sandbox/denied
                """);

        assertThat(answers).isEqualTo(YES + NO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sandbox/tool.py", "/sandbox/*", "/sandbox/**"})
    void a_script_is_not_a_binary_and_its_path_grants_nothing(String binary) throws Exception {
        Agent agent = policy(binary).program("tool.py", """
                #!/usr/bin/python3
                import urllib.request as r, urllib.error as e
                try: print(r.urlopen("http://www.lab.test/").status)
                except e.HTTPError as refused: print(refused.code)
                """);

        assertThat(agent.script("/sandbox/tool.py")).isEqualTo("403\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/python3.11", "/usr/bin/python3", "/usr/bin/python*"})
    void words_of_the_command_line_grant_nothing(String binary) throws Exception {
        String answers = agent(binary).script("""
                bash -c 'exec -a /usr/bin/python3.11 /sandbox/denied ask'
                bash -c 'exec -a /usr/bin/python3 /sandbox/denied ask /usr/bin/python3.11 /usr/bin/python3'
                """);

        assertThat(answers).isEqualTo(NO + NO);
    }

    @Test
    void a_program_run_by_the_loader_is_the_loader() throws Exception {
        String request = "/usr/bin/curl -sS -o /dev/null -w '%{http_code}\\n' http://www.lab.test/";

        assertThat(agent("/usr/bin/curl")
                        .script("$(ls /lib64/ld-linux-* /lib/ld-linux-* 2>/dev/null | head -n 1) " + request))
                .isEqualTo("403\n");
    }

    /** Not promised otherwise: what a program is told to do is not in its file. */
    @Test
    void a_preloaded_library_speaks_as_the_program_that_loads_it() throws Exception {
        Agent agent = agent("/usr/bin/curl").file("preload.c");
        Programs.run("cc -shared -fPIC -o preload.so preload.c", agent.workdir());

        assertThat(agent.script("LD_PRELOAD=/sandbox/preload.so /usr/bin/curl --version"))
                .isEqualTo(YES);
    }

    @Test
    void a_hard_link_is_a_name_of_its_own() throws Exception {
        assertThat(agent("/sandbox/allowed").script("ln allowed hard; /sandbox/hard ask; /sandbox/allowed ask"))
                .isEqualTo(NO + YES);
    }

    @Test
    void a_link_in_the_policy_means_the_binary_that_it_leads_to() throws Exception {
        String program =
                "/usr/bin/python3 -c 'import urllib.request as r; print(r.urlopen(\"http://www.lab.test/\").status)'";

        assertThat(agent("/usr/bin/python3").script(program)).isEqualTo("200\n");
    }

    @Test
    void a_link_leads_on_over_others_and_grants_nothing_to_its_neighbours() throws Exception {
        Agent agent = agent("/sandbox/first");
        Programs.run("ln -s second first && ln -s ./allowed second", agent.workdir());

        assertThat(agent.script("/sandbox/first ask; /sandbox/allowed ask; /sandbox/denied ask"))
                .isEqualTo(YES + YES + NO);
    }

    @Test
    void a_link_that_the_agent_makes_later_grants_nothing() throws Exception {
        assertThat(agent("/sandbox/first").script("ln -s denied first; /sandbox/first ask"))
                .isEqualTo(NO);
    }

    @Test
    void a_child_of_an_allowed_binary_is_allowed_and_of_another_not() throws Exception {
        assertThat(agent("/sandbox/allowed").script("""
                        /sandbox/allowed parent /sandbox/denied
                        /sandbox/denied parent /sandbox/denied
                        """)).isEqualTo(YES + NO);
    }

    @ParameterizedTest
    @CsvSource({"denied, fork, allowed", "allowed, fork, denied", "denied, pass, allowed", "allowed, pass, denied"})
    void a_connection_that_two_binaries_hold_belongs_to_neither(String speaker, String way, String holder)
            throws Exception {
        Agent.Outcome outcome = agent("/sandbox/allowed").run("/sandbox/" + speaker, way, "/sandbox/" + holder);

        assertThat(outcome.success()).isEqualTo(NO);
        assertThat(outcome.events().text()).contains("ambiguous shared socket ownership");
        assertThat(upstream.connections()).isZero();
    }

    @Test
    void a_connection_that_was_lent_belongs_to_who_speaks() throws Exception {
        Agent.Outcome outcome = agent("/sandbox/allowed").run("/sandbox/denied", "borrow", "/sandbox/allowed");

        assertThat(outcome.success()).isEqualTo(NO);
        assertThat(upstream.connections()).isZero();
    }

    private Agent agent(String binary) throws Exception {
        Agent agent = policy(binary).compiled("share_socket.c");
        Programs.run("cp share_socket allowed && cp share_socket denied", agent.workdir());
        return agent;
    }

    private Agent policy(String binary) throws Exception {
        return new Agent(lab, folder).policy("""
                  web:
                    endpoints: [{host: www.lab.test, port: 80}]
                    binaries: [{path: "%s"}]
                """.formatted(binary));
    }
}
