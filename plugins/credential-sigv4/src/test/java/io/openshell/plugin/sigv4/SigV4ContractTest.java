package io.openshell.plugin.sigv4;

import io.openshell.api.credential.CredentialRewriterFactory;
import io.openshell.api.credential.RequestPart;
import io.openshell.testkit.contract.CredentialRewriterContract;
import java.time.InstantSource;
import java.util.Map;

/** What every rewriter does, this one does. */
class SigV4ContractTest extends CredentialRewriterContract<SigV4Options> {

    @Override
    protected CredentialRewriterFactory<SigV4Options> factory() {
        return new SigV4Factory(InstantSource.system());
    }

    @Override
    protected SigV4Options usableOptions() {
        return new SigV4Options("sigv4", "s3", "us-east-1", null, null, null);
    }

    @Override
    protected SigV4Options unusableOptions() {
        return new SigV4Options("sigv4:some", " ", "*", "1", "", "a b");
    }

    @Override
    protected Map<String, String> secrets() {
        return SampleKeys.SUITE.with("AWS_SESSION_TOKEN", "EXAMPLETOKEN==").values();
    }

    @Override
    protected RequestPart rewrittenPart() {
        return Sample.of("PUT", "bucket.s3.us-east-1.amazonaws.com", "/a%20key")
                .body("hello")
                .whole();
    }
}
