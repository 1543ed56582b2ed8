package io.openshell.core.credential;

/**
 * What the credentials were from one change to the next.
 *
 * @param number 1 or more; rises with each change
 */
record Revision(long number, Credentials credentials) {}
