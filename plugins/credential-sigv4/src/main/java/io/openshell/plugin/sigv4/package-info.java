/**
 * AWS signature version 4: requests are signed with keys that the agent does not have. It signs what its own client has
 * signed with placeholders, for the region and the service that the policy names, and for now.
 */
@NullMarked
package io.openshell.plugin.sigv4;

import org.jspecify.annotations.NullMarked;
