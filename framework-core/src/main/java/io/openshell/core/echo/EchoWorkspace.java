package io.openshell.core.echo;

import java.util.Arrays;
import java.util.BitSet;

/** Room for searching, which scanners of one thread share. It holds nothing from one call to the next. */
public final class EchoWorkspace {

    /** What is searched now: what a scanner holds back, and behind it what has come. */
    byte[] wire = new byte[0];

    /** The same with escapes replaced, and where each byte's escape begins in {@link #wire}. */
    byte[] text = new byte[0];

    int[] starts = new int[0];

    /** Which bytes of {@link #wire} belong to a secret. */
    final BitSet marks = new BitSet();

    void roomOnWire(int bytes) {
        if (wire.length < bytes) {
            wire = new byte[bytes];
        }
    }

    void roomForText(int bytes) {
        if (text.length < bytes) {
            text = new byte[bytes];
            starts = new int[bytes];
        }
    }

    /** After something was found: leaves no secret behind that is not masked. */
    void wipe(int fromWire) {
        Arrays.fill(wire, fromWire, wire.length, (byte) 0);
        Arrays.fill(text, (byte) 0);
    }
}
