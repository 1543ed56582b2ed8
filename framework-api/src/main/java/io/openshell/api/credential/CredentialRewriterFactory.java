package io.openshell.api.credential;

import io.openshell.api.config.Compilation;
import io.openshell.api.plugin.PluginFactory;

/**
 * Makes a rewriter for an endpoint that asks for it by name ({@code credential_signing}).
 *
 * @param <C> the endpoint's options of this rewriter
 */
public interface CredentialRewriterFactory<C extends Record> extends PluginFactory<C> {

    /** Compiles the options, when a policy is loaded. */
    Compilation<CredentialRewriter> create(C options);
}
