package ringspec.engine;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.Set;
import ringspec.cpu.Cpu;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoder;
import ringspec.isa.EncodingSamples;
import ringspec.isa.Instruction;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.isa.Operand;
import ringspec.isa.Register;
import ringspec.isa.Repeat;

/**
 * A loop of random instructions from the table. Before one with a memory operand, the registers that address it get values such that it
 * lies in the data, across the end of a page, in the code itself or, now and then, where nothing is.
 */
final class RandomProgram {

    private static final int LENGTH = 48;
    /** In ring 0 most programs would end with the first of them. */
    private static final Set<String> DEADLY = Set.of("HLT", "LGDT", "LIDT", "LLDT", "LTR", "LMSW", "WRMSR", "CLI",
            "MOV", "JMPF", "CALLF", "RETF", "RETFQ", "IRET", "IRETD", "IRETQ", "SYSRET", "SYSEXIT", "XSETBV");

    private final Random random;
    private final EncodingSamples samples;
    private final Mode mode;
    private final CodeSize size;
    private final long start;
    private final long data;
    private final long stack;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    /**
     * A program of a seed.
     *
     * @param start offset of its first byte in the code segment, likewise the others in theirs
     * @param data two pages and what follows
     */
    RandomProgram(Mode mode, long seed, long start, long data, long stack) {
        this.random = new Random(seed);
        this.samples = new EncodingSamples(seed);
        this.mode = mode;
        this.size = mode.size();
        this.start = start;
        this.data = data;
        this.stack = stack;
    }

    /** Its bytes. */
    byte[] make() {
        List<InstructionForm> forms = InstructionTable.get().forms(size);
        for (int i = 0; i < LENGTH; i++) {
            if (i % 8 == 0) {
                load(Cpu.RSP, stack - 8 * random.nextInt(64));
            }
            if (chance(6)) {
                branch();
            } else {
                append(forms.get(random.nextInt(forms.size())));
            }
        }
        jump(start);
        return code.toByteArray();
    }

    private void append(InstructionForm form) {
        byte[] bytes = samples.sample(form, size);
        if (!(Decoder.decode(size, bytes, 0, bytes.length) instanceof Instruction instruction) || isDeadly(
                instruction)) {
            return;
        }
        for (Operand operand : instruction.operands()) {
            if (operand instanceof Operand.Mem memory) {
                place(memory);
            }
        }
        if (instruction.repeat() != Repeat.NONE) {
            load(Cpu.RCX, random.nextInt(chance(3) ? 700 : 20));
        }
        code.writeBytes(bytes);
    }

    /** Whether it would leave what the program knows, and isn't one of the few that may. */
    private boolean isDeadly(Instruction instruction) {
        boolean system = instruction.form().category().equals("system") && DEADLY.contains(instruction.mnemonic());
        boolean far = instruction.form().category().equals("branch");
        return (far || system && !mode.isUser()) && !chance(12);
    }

    private void place(Operand.Mem memory) {
        Register base = memory.base();
        if (base != null && base.kind() != Register.Kind.RIP) {
            load(base.number(), target() - memory.displacement());
        }
        Register index = memory.index();
        if (index != null && index != base && index.kind() != Register.Kind.XMM && index.kind() != Register.Kind.YMM) {
            load(index.number(), random.nextInt(3));
        }
    }

    private long target() {
        return switch (random.nextInt(20)) {
            case 0, 1 -> start + random.nextInt(Math.max(1, code.size()) + 32);
            case 2, 3, 4 -> data + 0x1000 - random.nextInt(34);
            case 5 -> random.nextInt() & 0xFFFF_FFFFL;
            case 6, 7, 8, 9 -> data + random.nextInt(0x1800);
            default -> data + 32 * random.nextInt(128);
        };
    }

    /** A short branch forward, a call, or a LOOP to itself. */
    private void branch() {
        int condition = random.nextInt(16);
        switch (random.nextInt(4)) {
            case 0 -> {
                load(Cpu.RCX, random.nextInt(5));
                code.write(0xE2);
                code.write(-2);
            }
            case 1 -> {
                code.write(0xE8);
                displacement(random.nextInt(24));
            }
            default -> {
                code.write(0x70 + condition);
                code.write(random.nextInt(24));
            }
        }
    }

    private void jump(long target) {
        code.write(0xE9);
        int end = code.size() + (size == CodeSize.BITS_16 ? 2 : 4);
        displacement((int) (target - start - end));
    }

    private void displacement(int value) {
        little(value, size == CodeSize.BITS_16 ? 2 : 4);
    }

    /** MOV of a 32-bit constant, zero- or sign-extended. */
    private void load(int register, long value) {
        if (size == CodeSize.BITS_16) {
            code.write(0x66);
        } else if (register >= 8) {
            code.write(0x41);
        }
        code.write(0xB8 + (register & 7));
        little((int) value, 4);
    }

    private void little(int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            code.write(value >>> 8 * i);
        }
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }
}
