package io.openshell.testkit.contract;

import io.openshell.api.inspect.ConnectionInspector;
import io.openshell.api.inspect.Judge;
import io.openshell.api.inspect.StreamInspector;

/**
 * What every inspector of a protocol with bytes of its own does.
 *
 * @param <C> the protocol's options
 */
public abstract class ConnectionInspectorContract<C extends Record>
        extends StreamInspectorContract<C, ConnectionInspector> {

    @Override
    protected final Class<ConnectionInspector> inspectorType() {
        return ConnectionInspector.class;
    }

    @Override
    final StreamInspector open(ConnectionInspector inspector, Judge judge) {
        return inspector.open(judge);
    }
}
