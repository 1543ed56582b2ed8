/** Contract tests, network lab, recording upstream and raw-bytes client. */
@NullMarked
package io.openshell.testkit;

import org.jspecify.annotations.NullMarked;
