/**
 * What reaches the network and what does not, with the built distribution, real programs inside the sandbox and real
 * servers in a network lab outside of it.
 */
@NullMarked
package io.openshell.distribution.network;

import org.jspecify.annotations.NullMarked;
