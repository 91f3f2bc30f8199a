package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** Moves of XMM registers (SDM vol. 2: MOVAPS to MOVUPS, MASKMOVDQU). */
final class SseMoves {

    private SseMoves() {
    }

    static void register(Registry registry) {
        for (String mnemonic : new String[]{"MOVAPS", "MOVAPD", "MOVDQA", "MOVNTPS", "MOVNTPD", "MOVNTDQ"}) {
            registry.add(mnemonic, (i, offset) -> whole(i, offset, true));
        }
        for (String mnemonic : new String[]{"MOVUPS", "MOVUPD", "MOVDQU"}) {
            registry.add(mnemonic, (i, offset) -> whole(i, offset, false));
        }
        registry.add("MOVSS", SseMoves::movss);
        registry.add("MOVSD", SseMoves::movsd);
        registry.add("MOVLPS", (i, offset) -> half(i, offset, 0));
        registry.add("MOVLPD", (i, offset) -> half(i, offset, 0));
        registry.add("MOVHPS", (i, offset) -> half(i, offset, 1));
        registry.add("MOVHPD", (i, offset) -> half(i, offset, 1));
        registry.add("MOVHLPS", (i, offset) -> XmmOperand.packed(i, offset, (cpu, d, low, high) -> cpu.xmm[d] = high));
        registry.add("MOVLHPS", (i, offset) -> XmmOperand.packed(i, offset, (cpu, d, low, high) -> cpu.xmm[d + 1] =
                low));
        registry.add("MOVD", SseMoves::movd);
        registry.add("MOVQ", SseMoves::movd);
        registry.add("MASKMOVDQU", SseMoves::maskmovdqu);
    }

    private static Operation whole(Instruction instruction, int offset, boolean aligned) {
        XmmOperand target = XmmOperand.of(instruction, 0, offset);
        XmmOperand source = XmmOperand.of(instruction, 1, offset);
        int from = source.index();
        int to = target.index();
        if (target.isMemory()) {
            return SimpleOperation.of(instruction, offset, cpu -> {
                XmmOperand.requireSse(cpu);
                long linear = aligned ? target.aligned(cpu) : target.linear(cpu);
                cpu.memory.prepareWrite(linear, 16);
                cpu.memory.write64(linear, cpu.xmm[from]);
                cpu.memory.write64(linear + 8, cpu.xmm[from + 1]);
            });
        }
        if (source.isMemory()) {
            return SimpleOperation.of(instruction, offset, cpu -> {
                XmmOperand.requireSse(cpu);
                long linear = aligned ? source.aligned(cpu) : source.linear(cpu);
                long low = cpu.memory.read64(linear);
                cpu.xmm[to + 1] = cpu.memory.read64(linear + 8);
                cpu.xmm[to] = low;
            });
        }
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            cpu.xmm[to] = cpu.xmm[from];
            cpu.xmm[to + 1] = cpu.xmm[from + 1];
        });
    }

    /** A register source leaves the upper part of the destination, a memory source clears it. */
    private static Operation movss(Instruction instruction, int offset) {
        XmmOperand target = XmmOperand.of(instruction, 0, offset);
        if (target.isMemory()) {
            return store(instruction, offset, target, 32);
        }
        boolean fromMemory = XmmOperand.of(instruction, 1, offset).isMemory();
        return XmmOperand.scalar(instruction, offset, 32, (cpu, d, low, high) -> {
            cpu.xmm[d] = fromMemory ? low : cpu.xmm[d] & 0xFFFF_FFFFL << 32 | low;
            if (fromMemory) {
                cpu.xmm[d + 1] = 0;
            }
        });
    }

    private static Operation movsd(Instruction instruction, int offset) {
        XmmOperand target = XmmOperand.of(instruction, 0, offset);
        if (target.isMemory()) {
            return store(instruction, offset, target, 64);
        }
        boolean fromMemory = XmmOperand.of(instruction, 1, offset).isMemory();
        return XmmOperand.scalar(instruction, offset, 64, (cpu, d, low, high) -> {
            cpu.xmm[d] = low;
            if (fromMemory) {
                cpu.xmm[d + 1] = 0;
            }
        });
    }

    private static Operation store(Instruction instruction, int offset, XmmOperand target, int bits) {
        int from = XmmOperand.of(instruction, 1, offset).index();
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            Location.store(cpu.memory, bits, target.linear(cpu), cpu.xmm[from]);
        });
    }

    /** Moves between one half of a register and memory; the other half stays. */
    private static Operation half(Instruction instruction, int offset, int half) {
        XmmOperand target = XmmOperand.of(instruction, 0, offset);
        XmmOperand source = XmmOperand.of(instruction, 1, offset);
        if (target.isMemory()) {
            int from = source.index() + half;
            return SimpleOperation.of(instruction, offset, cpu -> {
                XmmOperand.requireSse(cpu);
                cpu.memory.write64(target.linear(cpu), cpu.xmm[from]);
            });
        }
        return XmmOperand.scalar(instruction, offset, 64, (cpu, d, low, high) -> cpu.xmm[d + half] = low);
    }

    /** MOVD and MOVQ: between a general register or memory and the low part, the rest cleared. */
    private static Operation movd(Instruction instruction, int offset) {
        boolean toXmm = instruction.form().operands().getFirst().text().equals("xmm1");
        boolean xmmOnly = instruction.form().operands().stream().allMatch(operand -> operand.text().startsWith("xmm"));
        if (xmmOnly) {
            return movq(instruction, offset);
        }
        if (toXmm) {
            int d = XmmOperand.destination(instruction);
            Location source = Location.of(instruction, 1, offset);
            return SimpleOperation.of(instruction, offset, cpu -> {
                XmmOperand.requireSse(cpu);
                cpu.xmm[d] = source.read(cpu);
                cpu.xmm[d + 1] = 0;
            });
        }
        int from = XmmOperand.of(instruction, 1, offset).index();
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            target.write(cpu, cpu.xmm[from]);
        });
    }

    private static Operation movq(Instruction instruction, int offset) {
        XmmOperand target = XmmOperand.of(instruction, 0, offset);
        if (target.isMemory()) {
            return store(instruction, offset, target, 64);
        }
        return XmmOperand.scalar(instruction, offset, 64, (cpu, d, low, high) -> {
            cpu.xmm[d] = low;
            cpu.xmm[d + 1] = 0;
        });
    }

    /** Stores the bytes whose mask byte has bit 7 set to DS:RDI. */
    private static Operation maskmovdqu(Instruction instruction, int offset) {
        int data = XmmOperand.destination(instruction);
        int mask = XmmOperand.of(instruction, 1, offset).index();
        boolean address32 = instruction.addressSize() == 32;
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            long linear = address32 ? cpu.gpr[Cpu.RDI] & 0xFFFF_FFFFL : cpu.gpr[Cpu.RDI];
            for (int i = 0; i < 16; i++) {
                if (byteOf(cpu, mask, i) < 0) {
                    cpu.memory.prepareWrite(linear + i, 1);
                }
            }
            for (int i = 0; i < 16; i++) {
                if (byteOf(cpu, mask, i) < 0) {
                    cpu.memory.write8(linear + i, byteOf(cpu, data, i));
                }
            }
        });
    }

    private static byte byteOf(Cpu cpu, int register, int i) {
        return (byte) (cpu.xmm[register + (i >>> 3)] >>> 8 * (i & 7));
    }
}
