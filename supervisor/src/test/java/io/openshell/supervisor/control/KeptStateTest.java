package io.openshell.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openshell.supervisor.control.KeptState.Agent;
import io.openshell.supervisor.control.KeptState.Authority;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import io.openshell.supervisor.control.KeptState.Host;
import io.openshell.supervisor.control.KeptState.KeptCommand;
import io.openshell.supervisor.control.KeptState.KeptCredential;
import io.openshell.supervisor.control.KeptState.KeptPolicy;
import io.openshell.supervisor.control.KeptState.PolicyFile;
import io.openshell.supervisor.control.KeptState.Sandbox;
import io.openshell.supervisor.control.KeptState.SeenPaths;
import io.openshell.supervisor.control.KeptState.Trust;
import io.openshell.supervisor.control.SupervisorMessage.Keep;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class KeptStateTest {

    private static final String HASH = "ab".repeat(32);

    @Property(tries = 300)
    void what_is_read_back_is_what_was_written(@ForAll("states") KeptState state) throws Exception {
        KeptState.Encoded encoded = state.encode();

        assertThat(KeptState.decode(encoded.bytes())).isEqualTo(state);
        assertThat(encoded.whole()).isEqualTo(state.trust().complete());
    }

    @Property(tries = 1000)
    void a_changed_byte_is_another_state_or_refused_but_nothing_else(@ForAll int at, @ForAll byte value) {
        byte[] bytes = small().encode().bytes().bytes();
        bytes[Math.floorMod(at, bytes.length)] = value;

        assertThatCode(() -> KeptState.decode(new SecretBytes(bytes)))
                .satisfiesAnyOf(
                        failure -> assertThat(failure).isNull(),
                        failure -> assertThat(failure).isInstanceOf(MalformedFrameException.class));
    }

    @Test
    void a_state_that_is_cut_off_is_refused() {
        byte[] bytes = small().encode().bytes().bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> KeptState.decode(new SecretBytes(cut)))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void a_state_of_another_release_is_refused_by_its_version_first() {
        for (int version : List.of(KeptState.VERSION - 1, KeptState.VERSION + 1)) {
            byte[] bytes = new FieldWriter().u32(1, version).u32(99, 1).toBytes();
            assertThatThrownBy(() -> KeptState.decode(new SecretBytes(bytes)))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("version: " + version + " (expected: " + KeptState.VERSION
                            + "; the sandbox is of another release)");
        }
    }

    @Test
    void an_unknown_or_repeated_field_is_refused() {
        byte[] bytes = small().encode().bytes().bytes();
        for (byte[] more : List.of(
                new FieldWriter().u32(99, 1).toBytes(),
                new FieldWriter().u8(11, 1).toBytes(),
                new FieldWriter().u32(1, 1).toBytes())) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
            System.arraycopy(more, 0, longer, bytes.length, more.length);
            assertThatThrownBy(() -> KeptState.decode(new SecretBytes(longer)))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void executables_that_do_not_fit_are_left_out_and_the_rest_is_then_not_all() throws Exception {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            many.put("/usr/lib/some/folder/with/executables/tool-" + i, HASH);
        }
        KeptState.Encoded encoded = with(new Trust(many, true)).encode();

        assertThat(encoded.whole()).isFalse();
        assertThat(encoded.bytes().bytes().length).isBetween(Keep.MAX_STATE - 200, Keep.MAX_STATE);
        Trust back = KeptState.decode(encoded.bytes()).trust();
        assertThat(back.complete()).isFalse();
        assertThat(many.entrySet()).containsAll(back.hashes().entrySet());
        assertThat(back.hashes().size()).isGreaterThan(7_000);
    }

    @Test
    void what_is_not_complete_never_becomes_so_again() throws Exception {
        KeptState.Encoded encoded = with(new Trust(Map.of(), false)).encode();
        assertThat(encoded.whole()).isFalse();
        assertThat(KeptState.decode(encoded.bytes()).trust().complete()).isFalse();
    }

    @Test
    void what_does_not_fit_without_executables_is_refused() {
        KeptState small = small();
        KeptPolicy large = new KeptPolicy("p", "x".repeat(Keep.MAX_STATE), 1, "h", Map.of());
        KeptState state = new KeptState(
                small.sandbox(),
                small.agent(),
                large,
                small.hosts(),
                small.upstreamCas(),
                small.authority(),
                small.trust(),
                small.commands(),
                small.caller());
        assertThatThrownBy(state::encode)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without executables");
    }

    @Test
    void the_key_is_in_no_text() {
        byte[] key = "the private key".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        KeptState state = with(new Trust(Map.of(), true), new Authority(new byte[] {1}, key));
        String hex = HexFormat.of().formatHex(key);

        for (Object shown : List.of(
                state,
                state.encode(),
                state.encode().bytes(),
                new Keep(1, state.encode().bytes()))) {
            assertThat(shown.toString()).doesNotContain("private", hex, Arrays.toString(key));
        }
    }

    @Test
    void a_key_that_nobody_needs_any_more_is_overwritten() {
        byte[] key = {1, 2, 3};
        Authority authority = new Authority(new byte[] {1}, key);
        authority.close();
        assertThat(key).containsOnly(0);
        SecretBytes secret = new SecretBytes(new byte[] {4, 5});
        secret.close();
        assertThat(secret.bytes()).containsOnly(0);
    }

    @Provide
    static Arbitrary<KeptState> states() {
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(40).filter(KeptStateTest::canBeText);
        Arbitrary<Trust> trusts = Combinators.combine(
                        Arbitraries.maps(texts, Arbitraries.just(HASH)).ofMaxSize(20), Arbitraries.of(true, false))
                .as(Trust::new);
        Arbitrary<KeptPolicy> policies = Combinators.combine(
                        texts,
                        texts,
                        Arbitraries.longs().between(1, Long.MAX_VALUE),
                        Arbitraries.maps(texts, texts.list().ofMaxSize(3)).ofMaxSize(3))
                .as((name, text, generation, links) -> new KeptPolicy(name, text, generation, HASH, links));
        Arbitrary<List<KeptCommand>> commands = Combinators.combine(
                        Arbitraries.integers().between(0, Integer.MAX_VALUE),
                        texts,
                        Arbitraries.longs().between(0, Long.MAX_VALUE))
                .as((number, program, deadline) -> new KeptCommand(number, program, deadline, deadline / 2))
                .list()
                .ofMaxSize(4);
        Arbitrary<Authority> authorities = Combinators.combine(
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(50),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(50))
                .as(Authority::new);
        Arbitrary<CallerFacts> callers = Combinators.combine(
                        texts.optional(),
                        texts.list().ofMaxSize(3),
                        texts.list().ofMaxSize(3),
                        Combinators.combine(texts, texts.list().ofMaxSize(2))
                                .as(PolicyFile::new)
                                .optional(),
                        credentials(texts),
                        Combinators.combine(
                                        texts.list().ofMaxSize(3), texts.list().ofMaxSize(3))
                                .as(SeenPaths::new))
                .as(CallerFacts::new);
        return Combinators.combine(trusts, policies, commands, authorities, callers, texts.optional(), hosts(texts))
                .as((trust, policy, started, authority, caller, image, hosts) -> new KeptState(
                        new Sandbox("id", "name", image, "local", "4711"),
                        new Agent("sandbox", 998, "sandbox", 997, "/work"),
                        policy,
                        hosts,
                        List.of("/etc/ca.pem"),
                        authority,
                        trust,
                        started,
                        caller));
    }

    private static Arbitrary<List<KeptCredential>> credentials(Arbitrary<String> texts) {
        return Combinators.combine(
                        texts,
                        Arbitraries.of(true, false),
                        texts,
                        texts.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.longs().between(0, Long.MAX_VALUE))
                .as(KeptCredential::new)
                .list()
                .ofMaxSize(3);
    }

    private static Arbitrary<List<Host>> hosts(Arbitrary<String> names) {
        return Combinators.combine(
                        names, Arbitraries.bytes().array(byte[].class).ofSize(4))
                .as((name, address) -> new Host(name, address(address)))
                .list()
                .ofMaxSize(3);
    }

    private static InetAddress address(byte... bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean canBeText(String text) {
        return text.indexOf('\0') < 0 && text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    }

    private static KeptState small() {
        return with(new Trust(Map.of("/usr/bin/curl", HASH), true));
    }

    private static KeptState with(Trust trust) {
        return with(trust, new Authority(new byte[] {1, 2}, new byte[] {3, 4}));
    }

    private static KeptState with(Trust trust, Authority authority) {
        return new KeptState(
                new Sandbox("box-1", "box", Optional.of("image"), "local", "4711"),
                new Agent("sandbox", 998, "sandbox", 997, "/work"),
                new KeptPolicy("p.yaml", "version: 1", 3, HASH, Map.of("/bin/sh", List.of("/bin/dash"))),
                List.of(new Host("api.test", address(new byte[] {(byte) 192, 0, 2, 7}))),
                List.of("/etc/ca.pem"),
                authority,
                trust,
                List.of(new KeptCommand(1, "sh", 1_700_000_000_000L, 60)),
                new CallerFacts(
                        Optional.of("/tmp/events"),
                        List.of("list=/x"),
                        List.of("/plugins"),
                        Optional.of(new PolicyFile("/etc/policy.yaml", List.of("/home/me/project"))),
                        List.of(
                                new KeptCredential("A_KEY", false, "A_VARIABLE", List.of("a.example.com"), 0),
                                new KeptCredential(
                                        "B_KEY", true, "/b", List.of("b.example.com/x/**", "c.example.com:8443"), 12)),
                        new SeenPaths(List.of("/home/me/project", "/usr"), List.of("/home/me/project"))));
    }
}
