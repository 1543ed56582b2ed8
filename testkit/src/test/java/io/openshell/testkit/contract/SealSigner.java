package io.openshell.testkit.contract;

import io.openshell.api.config.Compilation;
import io.openshell.api.config.Problem;
import io.openshell.api.credential.CredentialRewriter;
import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.api.credential.Rewrite;
import io.openshell.api.credential.Secret;
import io.openshell.api.credential.SignedField;
import io.openshell.api.credential.Vault;
import io.openshell.api.inspect.BodyNeed;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The smallest signer: its seal is the sum of the secret's bytes. With a fault, it does one thing that a signer must not. */
record SealSigner(Fault fault) implements CredentialRewriterFactory<SealSigner.Options> {

    enum Fault {
        NONE,
        ACCEPTS_IMPOSSIBLE_OPTIONS,
        LEAVES_SECRETS_OPEN,
        SIGNS_WITHOUT_A_KEY,
        SENDS_FIELDS_OF_OTHERS,
        SENDS_TWO_LINES,
        SIGNS_ORDINARY_PARTS,
        WANTS_ENDLESS_BODIES,
        CHANGES_ITS_MIND,
        SHOWS_SECRETS_IN_ITS_ANSWER
    }

    record Options(String key) {}

    @Override
    public String name() {
        return "seal";
    }

    @Override
    public Class<Options> configType() {
        return Options.class;
    }

    @Override
    public Compilation<CredentialRewriter> create(Options options) {
        boolean impossible = options.key().isBlank() && fault != Fault.ACCEPTS_IMPOSSIBLE_OPTIONS;
        List<Problem> problems =
                impossible ? List.of(new Problem("key", "blank (expected: a credential's name)")) : List.of();
        return Compilation.of(new Signer(options.key(), fault), problems, List.of());
    }

    private record Signer(String key, Fault fault) implements CredentialRewriter {

        @Override
        public Set<String> ownFields() {
            return fault == Fault.CHANGES_ITS_MIND ? Set.of("seal", "seal-" + System.nanoTime()) : Set.of("seal");
        }

        @Override
        public BodyNeed bodyNeed(RequestPart.Whole head) {
            return new BodyNeed.Whole(fault == Fault.WANTS_ENDLESS_BODIES ? Integer.MAX_VALUE : 1024);
        }

        @Override
        public Rewrite rewrite(RequestPart part, Vault vault) {
            if (!(part instanceof RequestPart.Whole) && fault != Fault.SIGNS_ORDINARY_PARTS) {
                return new Rewrite.Untouched();
            }
            Optional<Secret> secret = vault.resolve(key);
            if (secret.isEmpty() && fault != Fault.SIGNS_WITHOUT_A_KEY) {
                return new Rewrite.Refused(key + ": missing");
            }
            int[] seal = new int[1];
            String[] shown = {""};
            secret.ifPresent(found -> found.reveal(bytes -> {
                for (byte octet : bytes) {
                    seal[0] += octet;
                }
                shown[0] = new String(bytes, StandardCharsets.UTF_8);
            }));
            if (fault != Fault.LEAVES_SECRETS_OPEN) {
                secret.ifPresent(Secret::close);
            }
            return signed(seal[0], shown[0]);
        }

        private Rewrite signed(int seal, String shown) {
            String value = fault == Fault.SENDS_TWO_LINES ? seal + "\r\nhost: elsewhere" : String.valueOf(seal);
            String name = switch (fault) {
                case SENDS_FIELDS_OF_OTHERS -> "host";
                case SHOWS_SECRETS_IN_ITS_ANSWER -> shown;
                default -> "Seal";
            };
            return new Rewrite.Signed(
                    List.of(new SignedField(name, Secret.owning(value.getBytes(StandardCharsets.US_ASCII)))));
        }
    }
}
