package io.openshell.api.credential;

import java.util.Optional;

/** The secrets that are bound to one request's destination. Valid during the call that it is given to. */
public interface Vault {

    /**
     * The secret behind a key, as a copy that the caller closes.
     *
     * @return empty if there is none of that name, it is bound elsewhere, or it has expired; the part is then refused
     */
    Optional<Secret> resolve(String key);
}
