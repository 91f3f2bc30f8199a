package ringspec.isa;

import java.util.HashMap;
import java.util.Map;

/** One explicit operand of a decoded instruction. */
public sealed interface Operand {

    /**
     * A register operand; interned by {@link #of}.
     *
     * @param register the register
     */
    record Reg(Register register) implements Operand {
        private static final Map<Register, Reg> ALL = new HashMap<>();

        static {
            for (Register.Kind kind : Register.Kind.values()) {
                for (int number = 0; number < kind.count(); number++) {
                    Register register = Register.of(kind, number);
                    ALL.put(register, new Reg(register));
                }
            }
        }

        /** The interned operand for a register. */
        public static Reg of(Register register) {
            return ALL.get(register);
        }
    }

    /**
     * A memory operand: segment base + base + index * scale + displacement, truncated to the address size (SDM vol. 1, 3.7.5).
     *
     * @param segment           the effective segment: the override, or the default (SS for an RSP or RBP base, ES for the destination
     *                          of a string instruction, else DS); never null
     * @param segmentOverridden whether {@code segment} comes from a prefix (ES, CS, SS and DS are ignored in 64-bit mode)
     * @param base              null, a GPR64, GPR32 or GPR16 by address size, or {@link Register#RIP} (with address size 32: EIP)
     * @param index             null, a GPR64, GPR32 or GPR16 by address size, or an XMM or YMM register: each of its elements (of a
     *                          gather) is an index
     * @param scale             1, 2, 4 or 8
     * @param displacement      sign-extended; all 64 bits for the moffs forms of MOV
     * @param size              bytes accessed; 0 where there is no access (LEA, INVLPG) or the state decides
     * @param addressSize       64, 32 or 16
     */
    record Mem(Register segment, boolean segmentOverridden, Register base, Register index, int scale, long displacement,
            int size,
            int addressSize) implements Operand {
    }

    /**
     * An immediate.
     *
     * @param value sign- or zero-extended as the instruction uses it
     * @param size  bytes in the encoding; 0 for an implied constant (the 1 of {@code SHL r/m32, 1})
     */
    record Imm(long value, int size) implements Operand {
    }

    /**
     * A branch target relative to the next instruction.
     *
     * @param displacement sign-extended; the target is next RIP + displacement
     * @param size         bytes in the encoding
     */
    record Rel(long displacement, int size) implements Operand {
    }

    /**
     * A far pointer in the instruction (ptr16:16, ptr16:32).
     *
     * @param selector for CS, 0 to FFFFh
     * @param offset   zero-extended
     * @param size     bytes in the encoding, selector included: 4 or 6
     */
    record Far(int selector, long offset, int size) implements Operand {
    }
}
