package io.openshell.supervisor.prelude;

import java.util.ArrayList;
import java.util.List;

/** The seccomp program of the prelude, made from the table of calls. */
final class PreludeFilter {

    /** Offsets in {@code struct seccomp_data}. */
    static final int NUMBER_OFFSET = 0;

    static final int ARCHITECTURE_OFFSET = 4;

    static final long KILL_PROCESS = 0x80000000L;
    static final long ALLOW = 0x7fff0000L;
    /** SECCOMP_RET_ERRNO with EPERM. */
    static final long REFUSE = 0x00050000L | 1;

    private static final long X32_BIT = 0x40000000L;

    private PreludeFilter() {}

    /**
     * A call of another architecture kills the process, for its number means another call; a call of the list, and every
     * x32 call, answers EPERM; all others go on.
     */
    static List<Instruction> program(Architecture architecture) {
        List<Instruction> program = new ArrayList<>();
        program.add(Instruction.load(ARCHITECTURE_OFFSET));
        program.add(new Instruction(Instruction.JUMP_EQUAL, 1, 0, architecture.audit()));
        program.add(Instruction.answer(KILL_PROCESS));
        program.add(Instruction.load(NUMBER_OFFSET));
        if (architecture.hasX32()) {
            program.add(new Instruction(Instruction.JUMP_GREATER_OR_EQUAL, DeniedCall.values().length + 1, 0, X32_BIT));
        }
        int left = DeniedCall.values().length;
        for (DeniedCall call : DeniedCall.values()) {
            program.add(new Instruction(Instruction.JUMP_EQUAL, left, 0, call.number(architecture)));
            left--;
        }
        program.add(Instruction.answer(ALLOW));
        program.add(Instruction.answer(REFUSE));
        return List.copyOf(program);
    }
}
