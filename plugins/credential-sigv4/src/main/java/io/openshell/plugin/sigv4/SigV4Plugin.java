package io.openshell.plugin.sigv4;

import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.plugin.EnforcementPlugin;
import java.time.InstantSource;
import java.util.List;

/** The plugin's entry. */
public final class SigV4Plugin implements EnforcementPlugin {

    @Override
    public List<CredentialRewriterFactory<?>> credentialRewriters() {
        return List.of(new SigV4Factory(InstantSource.system()));
    }
}
