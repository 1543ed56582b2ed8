package io.openshell.supervisor.prelude;

/**
 * One instruction of classic BPF ({@code struct sock_filter}, linux/filter.h).
 *
 * @param code what it does
 * @param ifTrue how many instructions a jump that holds skips
 * @param ifFalse how many one that does not hold skips
 * @param operand the constant, unsigned
 */
record Instruction(int code, int ifTrue, int ifFalse, long operand) {

    /** Load a word of {@code struct seccomp_data}. */
    static final int LOAD_WORD = 0x20;

    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_GREATER_OR_EQUAL = 0x35;
    static final int RETURN = 0x06;

    /** A jump's reach is one byte. */
    private static final int MAX_JUMP = 255;

    Instruction {
        if (ifTrue < 0 || ifTrue > MAX_JUMP || ifFalse < 0 || ifFalse > MAX_JUMP) {
            throw new IllegalArgumentException(
                    "jump: " + ifTrue + ", " + ifFalse + " (expected: 0 to " + MAX_JUMP + ")");
        }
    }

    static Instruction load(int offset) {
        return new Instruction(LOAD_WORD, 0, 0, offset);
    }

    static Instruction answer(long action) {
        return new Instruction(RETURN, 0, 0, action);
    }
}
