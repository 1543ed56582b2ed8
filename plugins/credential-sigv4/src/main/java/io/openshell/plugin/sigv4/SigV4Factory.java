package io.openshell.plugin.sigv4;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compiles the options of endpoints with {@code credential_signing: sigv4}. */
final class SigV4Factory implements CredentialRewriterFactory<SigV4Options> {

    private static final Pattern SCOPE_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");

    private final InstantSource clock;

    SigV4Factory(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "sigv4";
    }

    @Override
    public Class<SigV4Options> configType() {
        return SigV4Options.class;
    }

    @Override
    public Compilation<CredentialRewriter> create(SigV4Options options) {
        List<Problem> problems = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        checkScope(options, problems);
        KeyNames keys = new KeyNames(
                key("signing_access_key_id", options.signingAccessKeyId(), "AWS_ACCESS_KEY_ID", problems),
                key("signing_secret_access_key", options.signingSecretAccessKey(), "AWS_SECRET_ACCESS_KEY", problems),
                key("signing_session_token", options.signingSessionToken(), "AWS_SESSION_TOKEN", problems));
        PayloadMode mode = mode(options.credentialSigning(), problems);
        ServiceRules rules = ServiceRules.of(options.signingService());
        if (mode == PayloadMode.NO_BODY && !rules.payloadField()) {
            warnings.add(new Problem(
                    "credential_signing", "sigv4:no_body: unsigned bodies are S3's; most other services refuse them"));
        }
        Optional<String> region = Optional.ofNullable(options.signingRegion());
        return Compilation.of(
                new Signer(options.signingService(), rules, region, mode, keys, clock), problems, warnings);
    }

    private static void checkScope(SigV4Options options, List<Problem> problems) {
        String service = options.signingService();
        if (service.equals("s3express")) {
            problems.add(new Problem(
                    "signing_service", "s3express: sessions of S3 Express are not supported (expected: s3)"));
        } else if (!SCOPE_NAME.matcher(service).matches()) {
            problems.add(new Problem(
                    "signing_service", service + " (expected: the name AWS signs the service by, as in s3)"));
        }
        String region = options.signingRegion();
        if (region != null && !SCOPE_NAME.matcher(region).matches()) {
            problems.add(new Problem(
                    "signing_region", region + " (expected: one region, as in eu-central-1; SigV4a is not supported)"));
        }
    }

    private static String key(String option, @Nullable String named, String usual, List<Problem> problems) {
        if (named == null) {
            return usual;
        }
        if (!KEY.matcher(named).matches()) {
            problems.add(new Problem(option, named + " (expected: the name of a credential, as in " + usual + ")"));
        }
        return named;
    }

    private static PayloadMode mode(String signing, List<Problem> problems) {
        return switch (signing) {
            case "sigv4" -> PayloadMode.AUTO;
            case "sigv4:body" -> PayloadMode.BODY;
            case "sigv4:no_body" -> PayloadMode.NO_BODY;
            default -> {
                problems.add(
                        new Problem("credential_signing", signing + " (expected: sigv4, sigv4:body or sigv4:no_body)"));
                yield PayloadMode.BODY;
            }
        };
    }
}
