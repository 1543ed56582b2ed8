package io.openshell.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.openshell.api.config.Compilation;
import io.openshell.api.inspect.ProtocolInspector;
import io.openshell.api.inspect.ProtocolInspectorFactory;
import org.junit.jupiter.api.Test;

/**
 * What every protocol's factory does. Extend {@link RequestInspectorContract} or {@link ConnectionInspectorContract}.
 *
 * @param <C> the protocol's options
 * @param <I> the kind of inspector
 */
public abstract class ProtocolInspectorContract<C extends Record, I extends ProtocolInspector> {

    /** The factory; the same or a new one each time. */
    protected abstract ProtocolInspectorFactory<C> factory();

    /** Options with which the inspector allows something and refuses something. */
    protected abstract C usableOptions();

    /** Options that are of the right types and cannot work, such as a malformed glob. */
    protected abstract C unusableOptions();

    /** The kind of inspector that the factory makes. */
    protected abstract Class<I> inspectorType();

    /** A newly compiled inspector, whose context is closed: it must not be used after {@code create}. */
    protected final I inspector() {
        SampleEndpoint endpoint = new SampleEndpoint();
        Compilation<ProtocolInspector> compiled = factory().create(usableOptions(), endpoint);
        endpoint.close();
        assertThat(compiled).as("usable options compile").isInstanceOf(Compilation.Compiled.class);
        return inspectorType().cast(((Compilation.Compiled<ProtocolInspector>) compiled).value());
    }

    @Test
    final void the_factory_has_a_proper_name_and_takes_a_record() {
        FactoryRules.check(factory());
    }

    @Test
    final void usable_options_compile_to_an_inspector_each_time_they_are_given() {
        assertThat(inspector()).isNotNull();
        assertThat(inspector()).isNotNull();
    }

    @Test
    final void options_that_cannot_work_are_rejected_with_problems_and_not_with_an_exception() {
        Compilation<ProtocolInspector> refused = factory().create(unusableOptions(), new SampleEndpoint());

        assertThat(refused).isInstanceOf(Compilation.Rejected.class);
        FactoryRules.check(((Compilation.Rejected<ProtocolInspector>) refused).problems());
    }
}
