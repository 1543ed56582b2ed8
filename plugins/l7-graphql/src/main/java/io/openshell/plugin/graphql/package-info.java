/**
 * The protocol {@code graphql}: operations by their type, name and root fields, over HTTP and in single messages.
 *
 * <p>What a request asks for is read from its document, never from what it calls itself: an alias is looked through,
 * fragments are expanded, and every operation of a batch is judged. Whatever two readers could understand differently (a
 * key that stands twice or in another case, parameters in the query string beside a body, a fragment that is defined
 * twice) is unreadable, and so refused in audit too.
 */
@NullMarked
package io.openshell.plugin.graphql;

import org.jspecify.annotations.NullMarked;
