package io.openshell.supervisor.prelude;

import java.util.List;

/** Runs a seccomp program as the kernel does, for the few instructions that ours has. */
final class BpfMachine {

    private BpfMachine() {}

    /** What the program answers to a call. */
    static long run(List<Instruction> program, long architecture, long number) {
        long accumulator = 0;
        int at = 0;
        while (at < program.size()) {
            Instruction instruction = program.get(at);
            at++;
            switch (instruction.code()) {
                case Instruction.LOAD_WORD -> accumulator = load(instruction.operand(), architecture, number);
                case Instruction.JUMP_EQUAL ->
                    at += accumulator == instruction.operand() ? instruction.ifTrue() : instruction.ifFalse();
                case Instruction.JUMP_GREATER_OR_EQUAL ->
                    at += accumulator >= instruction.operand() ? instruction.ifTrue() : instruction.ifFalse();
                case Instruction.RETURN -> {
                    return instruction.operand();
                }
                default -> throw new IllegalStateException("code: " + instruction.code());
            }
        }
        throw new IllegalStateException("program: ends without an answer");
    }

    private static long load(long offset, long architecture, long number) {
        return switch ((int) offset) {
            case PreludeFilter.NUMBER_OFFSET -> number;
            case PreludeFilter.ARCHITECTURE_OFFSET -> architecture;
            default -> throw new IllegalStateException("offset: " + offset);
        };
    }
}
