package io.openshell.supervisor.sandbox;

import io.openshell.core.policy.PolicySource;
import io.openshell.supervisor.control.KeptState.CallerFacts;
import java.util.Map;

/**
 * What a sandbox needs that outlives its supervisor, for the one that takes it over.
 *
 * @param source the text of its policy
 * @param caller what the program around the supervisor wants to know again
 * @param environment this process's, which says where the socket for the next supervisor lies; not copied, for it may
 *     be read lazily
 */
public record Outliving(PolicySource source, CallerFacts caller, Map<String, String> environment) {}
