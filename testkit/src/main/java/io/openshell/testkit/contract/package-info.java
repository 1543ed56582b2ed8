/**
 * Contract tests: what every implementation of an SPI must do, whatever it is for. A plugin's test extends the class of
 * its kind and says how to make the thing and what it should allow and refuse:
 *
 * <ul>
 *   <li>{@link io.openshell.testkit.contract.RequestInspectorContract}, {@link
 *       io.openshell.testkit.contract.UpgradeInspectorContract} and {@link
 *       io.openshell.testkit.contract.ConnectionInspectorContract} (all are {@link
 *       io.openshell.testkit.contract.ProtocolInspectorContract}s)
 *   <li>{@link io.openshell.testkit.contract.ComputeDriverContract}
 *   <li>{@link io.openshell.testkit.contract.CredentialRewriterContract}
 *   <li>{@link io.openshell.testkit.contract.LogExporterContract}
 * </ul>
 *
 * <p>{@link io.openshell.testkit.contract.SampleRequest}, {@link io.openshell.testkit.contract.SampleEndpoint} and
 * {@link io.openshell.testkit.contract.RecordingJudge} stand in for the core, also in a plugin's other tests.
 */
@NullMarked
package io.openshell.testkit.contract;

import org.jspecify.annotations.NullMarked;
