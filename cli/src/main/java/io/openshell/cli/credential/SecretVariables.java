package io.openshell.cli.credential;

import java.util.Optional;

/** The variables that OpenShell was started with, as bytes. */
public interface SecretVariables {

    /** A variable's value, as a copy that the caller overwrites; empty if there is none of that name. */
    Optional<byte[]> bytes(String name);

    /** Overwrites a variable's value where this process has it. */
    void erase(String name);
}
