package ringspec.engine;

import java.util.Random;
import java.util.Set;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModels;
import ringspec.cpu.Rflags;
import ringspec.machine.Machine;

/**
 * A machine with a random program, whose exception handlers let it go on one byte further, or from the start if it has got astray; so
 * it meets its own instructions from within, too. The local APIC's timer, an external interrupt and an NMI come in between.
 */
final class RandomGuest {

    private static final int TIMER = 0x40;
    private static final int EXTERNAL = 0x41;
    private static final long COMMON = ModeBed.HANDLERS + 0x1000;
    private static final long APIC_DIRECTORY = 0x1_7000;
    private static final Set<Integer> WITH_ERROR_CODE = Set.of(8, 10, 11, 12, 13, 14, 17, 21);
    private static final long USER_DATA = ModeBed.USER_MEMORY;

    private final Random random;
    private final Mode mode;
    private final Machine machine;
    private final ModeBed bed;
    private final long start;
    private final int length;

    private RandomGuest(Mode mode, long seed) {
        this.random = new Random(seed);
        this.mode = mode;
        this.machine = new Machine(new Machine.Config(ProcessorModels.all().get((int) seed % 3),
                ModeBed.RAM_SIZE, Interpreter::new));
        this.bed = new ModeBed(machine.cpu());
        mode.enter(bed);
        // Soon after its start the program goes on in the next page.
        long base = mode.isUser() ? ModeBed.USER : ModeBed.CODE;
        long origin = mode == Mode.REAL ? 0 : base;
        this.start = origin + 0x1000 - random.nextInt(64);
        long data = mode == Mode.REAL ? 0x4000 : mode.isUser() ? USER_DATA : ModeBed.MEMORY;
        byte[] program = new RandomProgram(mode, seed, start, data, bed.cpu.gpr[Cpu.RSP]).make();
        this.length = program.length;
        bed.ram.write(base + start - origin, program, 0, length);
        handlers();
        processor();
        interrupts();
    }

    /** A machine about to start on the program of a seed. */
    static Guest of(Mode mode, long seed) {
        return new Guest.Bare(new RandomGuest(mode, seed).machine);
    }

    private void processor() {
        Cpu cpu = bed.cpu;
        cpu.rip = start;
        for (int i = 0; i < cpu.xmm.length; i++) {
            cpu.xmm[i] = random.nextLong();
            cpu.ymmHigh[i] = random.nextLong();
        }
        cpu.cr4 |= ControlRegisters.CR4_OSFXSR | ControlRegisters.CR4_OSXMMEXCPT;
        if (cpu.model.has(Feature.AVX)) {
            cpu.cr4 |= ControlRegisters.CR4_OSXSAVE;
            cpu.xcr0 = 7;
        }
        cpu.efer |= ControlRegisters.EFER_SCE;
        cpu.msrs.star = (long) (ModeBed.DATA | 3) << 48 | (long) ModeBed.CODE64 << 32;
        cpu.msrs.lstar = COMMON + 0x200;
        bed.write(COMMON + 0x200, 64, mode.isUser() ? "sysretq" : "jmp rcx");
        if (random.nextInt(4) == 0) {
            cpu.dr[0] = cpu.linearRip();
            cpu.dr[1] = ModeBed.MEMORY + 0x40;
            cpu.dr[7] = 0x400 | 1 | 4 | 0x3 << 20;
        }
        cpu.setRflags(Rflags.IF | (random.nextInt(4) == 0 ? Rflags.TF : 0) | random.nextLong() & Rflags.ARITHMETIC);
        cpu.memory.contextChanged();
    }

    private void interrupts() {
        if (mode != Mode.REAL) {
            machine.localApic().write(0xF0, 4, 0x1FF);
            machine.localApic().write(0x320, 4, 0x2_0000 | TIMER);
            machine.localApic().write(0x3E0, 4, 0xB);
            machine.localApic().write(0x380, 4, 97 + random.nextInt(200));
        } else {
            for (int i = 0; i < 8; i++) {
                machine.scheduleInterrupt(random.nextInt(2000), EXTERNAL);
            }
        }
        machine.scheduleNmi(random.nextInt(1000));
    }

    private void handlers() {
        int bits = mode.handlerBits();
        for (int vector = 0; vector < 32; vector++) {
            long at = ModeBed.HANDLERS + 16 * vector;
            bed.write(at, bits, bits != 16 && WITH_ERROR_CODE.contains(vector) ? "add %s, %d\njmp 0x%x".formatted(
                    bits == 64 ? "rsp" : "esp", bits / 8, COMMON) : "jmp 0x%x".formatted(COMMON));
        }
        bed.write(ModeBed.HANDLERS + 16, bits, "jmp 0x%x".formatted(COMMON + 0x100));
        bed.write(ModeBed.HANDLERS + 32, bits, bits == 64 ? "iretq" : bits == 32 ? "iretd" : "iret");
        bed.write(COMMON, bits, goOn(bits));
        bed.write(COMMON + 0x100, bits, clearTf(bits));
        bed.write(ModeBed.HANDLERS + 16 * EXTERNAL, bits, bits == 64 ? "iretq" : bits == 32 ? "iretd" : "iret");
        bed.write(ModeBed.HANDLERS + 16 * TIMER, bits, endOfInterrupt(bits));
        if (bits == 64) {
            // The APIC's page, and a stack of their own for the handlers, so that they survive any RSP.
            bed.ram.write64(ModeBed.PML4 + 0x1000 + 8 * 3, APIC_DIRECTORY | 3);
            bed.ram.write64(APIC_DIRECTORY + 8 * 0x1F7, 0xFEE0_0000L | 0x9B);
            bed.ram.write64(ModeBed.TSS64_BASE + 0x24, ModeBed.ESP0);
            for (int vector = 0; vector < 256; vector++) {
                bed.ram.write64(ModeBed.IDT64 + 16 * vector, bed.ram.read64(ModeBed.IDT64 + 16 * vector) | 1L << 32);
            }
        }
    }

    private String goOn(int bits) {
        String template = switch (bits) {
            case 64 -> "push rax; mov rax, [rsp+8]; inc rax; cmp rax, LOW; jb reset; cmp rax, HIGH; jb ok\n"
                    + "reset: mov eax, LOW\nok: mov [rsp+8], rax; pop rax; iretq";
            case 32 -> "push eax; mov eax, [esp+4]; inc eax; cmp eax, LOW; jb reset; cmp eax, HIGH; jb ok\n"
                    + "reset: mov eax, LOW\nok: mov [esp+4], eax; pop eax; iretd";
            default ->
                    "push bp; push ax; mov bp, sp; mov ax, [bp+4]; inc ax; cmp ax, LOW; jb reset; cmp ax, HIGH; jb ok\n"
                            + "reset: mov ax, LOW\nok: mov [bp+4], ax; pop ax; pop bp; iret";
        };
        return template.replace("LOW", Long.toString(start)).replace("HIGH", Long.toString(start + length));
    }

    private static String clearTf(int bits) {
        return switch (bits) {
            case 64 -> "and dword ptr [rsp+16], 0xFFFFFEFF; iretq";
            case 32 -> "and dword ptr [esp+8], 0xFFFFFEFF; iretd";
            default -> "push bp; mov bp, sp; and word ptr [bp+6], 0xFEFF; pop bp; iret";
        };
    }

    private static String endOfInterrupt(int bits) {
        return switch (bits) {
            case 64 -> "push rax; mov eax, 0xFEE000B0; mov dword ptr [rax], 0; pop rax; iretq";
            case 32 -> "mov dword ptr [0xFEE000B0], 0; iretd";
            default -> "iret";
        };
    }
}
