package io.openshell.proxy.http;

/**
 * What came of an attempt to read a head.
 *
 * @param <H> the kind of head
 */
public sealed interface HeadResult<H> {

    /** More bytes are needed. None was taken. */
    record Incomplete<H>() implements HeadResult<H> {

        private static final Incomplete<?> INSTANCE = new Incomplete<>();

        @SuppressWarnings("unchecked") // holds nothing of type H
        static <H> HeadResult<H> instance() {
            return (HeadResult<H>) INSTANCE;
        }
    }

    /**
     * A head. It was taken from the buffer, and nothing behind it.
     *
     * @param consumed its length in bytes, with the empty line
     */
    record Complete<H>(H head, int consumed) implements HeadResult<H> {}

    /** Not a head. The connection is of no further use. */
    record Malformed<H>(HttpProblem problem) implements HeadResult<H> {}

    /** The limit was reached before the head's end. The connection is of no further use. */
    record TooLarge<H>(int limit) implements HeadResult<H> {}
}
