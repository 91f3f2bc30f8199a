package ringspec.silicon;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;
import ringspec.isa.Register;

/** What some instructions need beyond their operands to do more than fault: a stack, a count, a selector, an image in memory. */
final class Preparation {

    private static final int[] SELECTORS = {0, 1, 2, 3, Layout.USER_DATA, Layout.USER_DATA, 0x28, 0x29,
            Layout.USER_CODE32,
            Layout.USER_CODE, 0x30, 0x08, 0x10, 0x13, 0x18, 0x1B, 0x40, 0x43, 0x50, 0x63, 0x80, 0x4, 0x7, 0x2F};

    /** Bit 17 of MXCSR is reserved on the models and AMD's misaligned mode on its processors. */
    private static final long WITHOUT_MISALIGNED = ~(1L << 17);

    private Preparation() {
    }

    /** Registers that memory operands may still take over. */
    static void beforePlacing(TestCase test, OperandPlacer placer, Values values) {
        Instruction instruction = test.instruction();
        State state = test.before;
        if (instruction == null) {
            state.gpr[Cpu.RSP] = stack(values);
            return;
        }
        String mnemonic = instruction.mnemonic();
        if (Generator.repeats(test)) {
            long count = values.below(values.chance(90) ? 20 : 700);
            placer.pin(Cpu.RCX, instruction.addressSize() == 32 ? count | values.any() << 32 : count);
            state.rflags ^= values.chance(40) ? ringspec.cpu.Rflags.DF : 0;
        }
        if (mnemonic.startsWith("XSAVE") || mnemonic.startsWith("XRSTOR")) {
            // The host's XCR0 has components that the model doesn't know
            placer.pin(Cpu.RAX, values.below(8));
            placer.pin(Cpu.RDX, 0);
        } else if (mnemonic.startsWith("MASKMOV") || mnemonic.startsWith("VMASKMOVDQU")) {
            placer.pin(Cpu.RDI, placer.target(16));
        } else if (mnemonic.equals("DIV") || mnemonic.equals("IDIV")) {
            state.gpr[Cpu.RDX] = values.chance(50) ? state.gpr[Cpu.RAX] >> 63 : values.below(3);
        } else if (mnemonic.equals("LEAVE") || mnemonic.equals("ENTER")) {
            placer.pin(Cpu.RBP, stack(values));
        } else if (mnemonic.startsWith("BT") && mnemonic.length() <= 3 && instruction.operand(1) instanceof Reg bit
                && instruction.operand(0) instanceof Mem) {
            placer.pin(bit.register().number(), values.below(4096) - 2048);
        }
        if (loadsSelector(instruction)) {
            for (int i = 0; i < 16; i++) {
                state.gpr[i] = state.gpr[i] & ~0xFFFFL | values.oneOf(SELECTORS);
            }
        }
        if (usesStack(instruction) || !placer.isPinned(Cpu.RSP)) {
            placer.pin(Cpu.RSP, stack(values));
        }
    }

    private static boolean usesStack(Instruction instruction) {
        String category = instruction.form().category();
        return category.equals("stack") || category.equals("branch");
    }

    private static long stack(Values values) {
        int choice = values.below(100);
        int middle = Layout.PAGE / 2 + values.below(Layout.PAGE);
        if (choice < 80) {
            return Layout.DATA + (middle & -8);
        } else if (choice < 88) {
            return Layout.DATA + middle;
        } else if (choice < 93) {
            return Layout.DATA + values.below(24);
        } else if (choice < 96) {
            return Layout.DATA + Layout.WRITABLE_SIZE + values.below(24) - 8;
        } else if (choice < 98) {
            return Layout.DATA_END + values.below(24) - 16;
        }
        return 0x8000_0000_0000L + 8 * values.below(4) - 16;
    }

    private static boolean loadsSelector(Instruction instruction) {
        return switch (instruction.mnemonic()) {
            case "LAR", "LSL", "VERR", "VERW" -> true;
            case "MOV" -> instruction.operand(0) instanceof Reg reg && reg.register().kind() == Register.Kind.SEGMENT;
            default -> false;
        };
    }

    /** What lies in memory at the places chosen. */
    static void afterPlacing(TestCase test, OperandPlacer placer, Values values) {
        Instruction instruction = test.instruction();
        if (instruction == null) {
            return;
        }
        State state = test.before;
        long address = placer.firstAddress();
        String mnemonic = instruction.mnemonic();
        if (instruction.form().category().equals("x87")) {
            instruction.operands().stream().filter(Mem.class::isInstance).map(Mem.class::cast).findFirst().ifPresent(
                    memory -> Generator.fpuMemory(placer, address, memory.size(), values));
        }
        switch (mnemonic) {
            case "LDMXCSR", "VLDMXCSR" -> placer.store(address, values.any() & (values.chance(90) ? 0xFFFF
                    : WITHOUT_MISALIGNED));
            case "CMPXCHG" -> {
                if (values.chance(50)) {
                    placer.store(address, state.gpr[Cpu.RAX]);
                }
            }
            case "CMPXCHG8B" -> placer.store(address, state.gpr[Cpu.RAX] & 0xFFFF_FFFFL | state.gpr[Cpu.RDX] << 32);
            case "CMPXCHG16B" -> {
                placer.store(address, state.gpr[Cpu.RAX]);
                placer.store(address + 8, state.gpr[Cpu.RDX]);
            }
            case "FXRSTOR", "FXRSTOR64", "XRSTOR", "XRSTOR64" -> image(placer, address, values);
            case "RETF", "RETFQ", "IRET", "IRETD", "IRETQ" -> returnFrame(state, placer, instruction, values);
            case "POP", "LFS", "LGS", "LSS" -> selector(state, placer, instruction, address, values);
            case "CALL", "JMP" -> {
                if (address != 0) {
                    farPointer(placer, instruction, address, values);
                }
            }
            case "RET" -> placer.store(state.gpr[Cpu.RSP], branchTarget(values));
            case "POPF", "POPFQ" -> {
                if (values.chance(50)) {
                    placer.store(state.gpr[Cpu.RSP], values.any() & 0x24_4FD5);
                }
            }
            default -> {
                if (loadsSelector(instruction)) {
                    placer.store(address, values.oneOf(SELECTORS));
                }
            }
        }
    }

    private static long branchTarget(Values values) {
        return values.chance(70) ? Layout.CODE + values.below(Layout.CODE_SIZE) : values.integer();
    }

    private static void image(OperandPlacer placer, long address, Values values) {
        placer.store(address + 24, values.any() & (values.chance(90) ? 0xFFFF_0000_FFFFL
                : WITHOUT_MISALIGNED));
        if (values.chance(85)) {
            for (int i = 0; i < 64; i += 8) {
                placer.store(address + 512 + i, 0);
            }
            placer.store(address + 512, values.below(8));
        }
    }

    private static void returnFrame(State state, OperandPlacer placer, Instruction instruction, Values values) {
        int size = instruction.operandSize() / 8;
        long[] frame = {branchTarget(values), values.chance(75) ? Layout.USER_CODE : values.oneOf(SELECTORS),
                values.any() & 0x24_4FD5, stack(values), values.chance(75) ? Layout.USER_DATA
                        : values.oneOf(SELECTORS)};
        // Downwards, since each store is 8 bytes wide and the elements may be narrower.
        for (int i = frame.length - 1; i >= 0; i--) {
            placer.store(state.gpr[Cpu.RSP] + (long) i * size, frame[i] | (size < 8 ? frame(frame, i, size) : 0));
        }
    }

    /** What a store of 8 bytes would destroy above a narrower element. */
    private static long frame(long[] frame, int index, int size) {
        long value = 0;
        for (int i = index + 1; i < frame.length && (i - index) * size < 8; i++) {
            value |= (size == 2 ? frame[i] & 0xFFFF : frame[i] & 0xFFFF_FFFFL) << 8 * size * (i - index);
        }
        return value;
    }

    private static void selector(State state, OperandPlacer placer, Instruction instruction, long address,
            Values values) {
        if (instruction.mnemonic().equals("POP")) {
            boolean segment = instruction.operand(0) instanceof Reg reg && reg.register()
                    .kind() == Register.Kind.SEGMENT;
            if (segment) {
                placer.store(state.gpr[Cpu.RSP], values.any() << 16 | values.oneOf(SELECTORS));
            }
        } else {
            farPointer(placer, instruction, address, values);
        }
    }

    private static void farPointer(OperandPlacer placer, Instruction instruction, long address, Values values) {
        if (instruction.operand(0) instanceof Mem memory && memory.size() == 8) {
            placer.store(address, branchTarget(values));
            return;
        }
        // With REX.W, Intel has m16:64 and AMD m16:32
        int size = instruction.operandSize() == 64 && values.chance(50) ? 4 : instruction.operandSize() / 8;
        int selector = values.chance(50) && instruction.form().category().equals("branch") ? Layout.USER_CODE
                : values.oneOf(SELECTORS);
        placer.store(address + size, selector);
        long target = branchTarget(values);
        placer.store(address, size == 8 ? target : target & (1L << 8 * size) - 1 | (long) selector << 8 * size);
    }
}
