package io.openshell.core.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.inspect.Headers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InferenceRulesTest {

    @ParameterizedTest
    @CsvSource({
        "POST,/v1/chat/completions,openai_chat_completions",
        "POST,/v1/completions,openai_completions",
        "POST,/v1/responses,openai_responses",
        "POST,/v1/embeddings,openai_embeddings",
        "POST,/v1/messages,anthropic_messages",
        "GET,/v1/models,model_discovery",
        "GET,/v1/models/gpt-4o,model_discovery",
        "GET,/v1/models/org/name,model_discovery",
    })
    void inference_is_what_the_table_says(String method, String path, String id) {
        assertThat(InferenceProtocol.of(method, path).map(InferenceProtocol::id))
                .contains(id);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/chat/completions", "POST,/v1/models", "GET,/v1/modelsx", "POST,/v1/chat/completions/",
                "HEAD,/v1/models",
        "post,/v1/messages", "POST,/v1/messages/count_tokens", "GET,/", "POST,/chat/completions", "GET,/V1/models",
    })
    void everything_else_is_none(String method, String path) {
        assertThat(InferenceProtocol.of(method, path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com/v1,/v1/models,api.openai.com,/v1/models",
        "https://api.openai.com/v1/,/v1/models,api.openai.com,/v1/models",
        "http://127.0.0.1:8080,/v1/models,127.0.0.1:8080,/v1/models",
        "http://[::1]:11434/openai/v1,/v1/chat/completions,[::1]:11434,/openai/v1/chat/completions",
        "https://API.Example.com:443/base,/v1/messages,api.example.com,/base/v1/messages",
    })
    void a_base_url_and_a_path_make_one_v1(String url, String path, String authority, String joined) {
        InferenceEndpoint endpoint = InferenceEndpoint.parse(url).orElseThrow();

        assertThat(endpoint.authority()).isEqualTo(authority);
        assertThat(endpoint.path(path)).isEqualTo(joined);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.openai.com",
                "ftp://x/v1",
                "https://u:p@x/v1",
                "https://x/v1?a=b",
                "https://x/v1#f",
                "https:///v1",
                "https://x:0/v1",
                "https://x:70000/",
                "https://x/a/../b",
                "https://x//y",
                "https://0x7f.1/",
                "file:///etc"
            })
    void what_is_no_base_url_is_refused(String url) {
        assertThat(InferenceEndpoint.parse(url)).isEmpty();
    }

    @Test
    void only_fields_on_the_list_reach_a_backend() {
        ProviderProfile openai = ProviderProfile.named("openai").orElseThrow();
        Headers client = new Fields(Map.of(
                "content-type", "application/json",
                "authorization", "Bearer theirs",
                "x-api-key", "theirs",
                "host", "inference.local",
                "cookie", "a=b",
                "accept-encoding", "gzip",
                "openai-organization", "org",
                "anthropic-beta", "x",
                "x-forwarded-for", "1.2.3.4",
                "user-agent", "agent"));

        assertThat(InferenceFields.forBackend(client, openai))
                .extracting(InferenceFields.Field::name)
                .containsExactlyInAnyOrder("content-type", "user-agent", "openai-organization");
    }

    @Test
    void defaults_stand_in_for_what_a_client_leaves_out() {
        ProviderProfile anthropic = ProviderProfile.named("anthropic").orElseThrow();

        assertThat(InferenceFields.forBackend(new Fields(Map.of()), anthropic))
                .containsExactly(new InferenceFields.Field("anthropic-version", "2023-06-01"));
        assertThat(InferenceFields.forBackend(new Fields(Map.of("anthropic-version", "2024-01-01")), anthropic))
                .containsExactly(new InferenceFields.Field("anthropic-version", "2024-01-01"));
    }

    @Test
    void a_backend_that_failed_is_asked_last_for_a_while() {
        BackendHealth health = new BackendHealth();
        long second = 1_000_000_000L;

        assertThat(health.rests(0)).isFalse();
        health.failed(0);
        assertThat(health.rests(4 * second)).isTrue();
        assertThat(health.rests(5 * second)).isFalse();
        health.failed(5 * second);
        assertThat(health.rests(14 * second)).isTrue();
        for (int i = 0; i < 20; i++) {
            health.failed(100 * second);
        }
        assertThat(health.rests(161 * second)).isFalse();
        health.answered();
        assertThat(health.rests(101 * second)).isFalse();
    }

    @Test
    void routes_are_tried_in_order_and_only_for_what_they_serve() {
        InferenceRoute chat = route("a", Set.of(InferenceProtocol.OPENAI_CHAT_COMPLETIONS), "http://127.0.0.1/v1");
        InferenceRoute messages = route("b", Set.of(InferenceProtocol.ANTHROPIC_MESSAGES), "http://127.0.0.1/v1");
        InferenceRoute spare = route("c", Set.of(InferenceProtocol.OPENAI_CHAT_COMPLETIONS), "http://127.0.0.1/v1");
        List<InferenceRoute> all = List.of(chat, messages, spare);

        assertThat(RouteChoice.of(all, InferenceProtocol.OPENAI_CHAT_COMPLETIONS, it -> false))
                .containsExactly(chat, spare);
        assertThat(RouteChoice.of(all, InferenceProtocol.OPENAI_CHAT_COMPLETIONS, chat::equals))
                .containsExactly(spare, chat);
        assertThat(RouteChoice.of(all, InferenceProtocol.OPENAI_RESPONSES, it -> false))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://x/v1,127.0.0.1,true",
        "http://x/v1,10.1.2.3,true",
        "http://x/v1,192.168.1.1,true",
        "http://x/v1,::1,true",
        "https://x/v1,93.184.1.1,true",
        "http://x/v1,93.184.1.1,false",
        "https://x/v1,169.254.169.254,false",
        "http://x/v1,169.254.1.1,false",
        "https://x/v1,0.0.0.0,false",
        "https://x/v1,fe80::1,false",
        "https://x/v1,fd00:ec2::254,false",
        "https://x/v1,64:ff9b::a9fe:a9fe,false",
        "https://x/v1,224.0.0.1,false",
    })
    void a_backend_may_be_near_but_no_metadata_service(String url, String address, boolean allowed) throws Exception {
        InferenceRoute route = route("a", Set.of(), url);

        assertThat(BackendAddress.refusal(route, InetAddress.getByName(address)).isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void the_usual_clients_find_it_but_only_where_it_serves_them() {
        InferenceRoute chat = route("a", Set.of(InferenceProtocol.OPENAI_CHAT_COMPLETIONS), "http://127.0.0.1/v1");

        assertThat(new InferenceSettings(List.of(chat), Budget.UNLIMITED).environment())
                .containsOnlyKeys("OPENAI_BASE_URL", "OPENAI_API_KEY")
                .containsEntry("OPENAI_BASE_URL", "https://inference.local/v1");
        assertThat(InferenceSettings.NONE.environment()).isEmpty();
    }

    private static InferenceRoute route(String id, Set<InferenceProtocol> protocols, String url) {
        return new InferenceRoute(
                id,
                ProviderProfile.named("openai-compatible").orElseThrow(),
                InferenceEndpoint.parse(url).orElseThrow(),
                "model",
                protocols,
                Optional.of(io.openshell.api.credential.Secret.owning(new byte[] {'k'})),
                "key from K",
                java.time.Duration.ofSeconds(60));
    }

    /** Fields as a parser has them. */
    private record Fields(Map<String, String> values) implements Headers {
        private Fields {
            values = new LinkedHashMap<>(values);
        }

        @Override
        public Optional<String> first(String name) {
            return Optional.ofNullable(values.get(name));
        }

        @Override
        public List<String> all(String name) {
            return new ArrayList<>(first(name).map(List::of).orElse(List.of()));
        }

        @Override
        public Set<String> names() {
            return values.keySet();
        }
    }
}
