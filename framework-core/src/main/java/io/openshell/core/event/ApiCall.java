package io.openshell.core.event;

import java.util.Objects;

/**
 * A call of a service's interface as an event shows it: never what was asked, and never what was answered.
 *
 * @param method the HTTP method
 * @param operation what was called
 * @param service whose it is
 * @param model the model that was asked; empty if the operation asks none
 * @param destination where the service is
 */
public record ApiCall(String method, String operation, String service, String model, Destination destination) {

    public ApiCall {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(destination, "destination");
    }
}
