package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;

/** CLC STC CMC CLD STD CLI STI LAHF SAHF (SDM vol. 2). */
final class FlagOperations {

    /** SF ZF AF PF CF: what LAHF and SAHF move. */
    private static final long LOW_BYTE = Rflags.SF | Rflags.ZF | Rflags.AF | Rflags.PF | Rflags.CF;

    private FlagOperations() {
    }

    static void register(Registry registry) {
        registry.add("CLC", (i, at) -> SimpleOperation.of(i, at, cpu -> cpu.flags.setCf(false)));
        registry.add("STC", (i, at) -> SimpleOperation.of(i, at, cpu -> cpu.flags.setCf(true)));
        registry.add("CMC", (i, at) -> SimpleOperation.of(i, at, cpu -> cpu.flags.setCf(!cpu.flags.cf())));
        registry.add("CLD", (i, at) -> system(i, at, Rflags.DF, false));
        registry.add("STD", (i, at) -> system(i, at, Rflags.DF, true));
        registry.add("CLI", (i, at) -> SimpleOperation.last(i, at, FlagOperations::cli));
        registry.add("STI", (i, at) -> SimpleOperation.last(i, at, FlagOperations::sti));
        registry.add("LAHF", (i, at) -> SimpleOperation.of(i, at, FlagOperations::lahf));
        registry.add("SAHF", (i, at) -> SimpleOperation.of(i, at, FlagOperations::sahf));
    }

    /** I/O privilege level. */
    static int iopl(Cpu cpu) {
        return (int) (cpu.flags.system() & Rflags.IOPL) >>> 12;
    }

    private static Operation system(Instruction instruction, int offset, long flag, boolean value) {
        return SimpleOperation.last(instruction, offset, cpu -> put(cpu, flag, value));
    }

    private static void put(Cpu cpu, long flag, boolean value) {
        cpu.setSystemFlags(cpu.flags.system() & ~flag | (value ? flag : 0));
    }

    private static void cli(Cpu cpu) {
        checkIopl(cpu);
        put(cpu, Rflags.IF, false);
    }

    /** STI that sets IF holds interrupts off until the next instruction has completed. */
    private static void sti(Cpu cpu) {
        checkIopl(cpu);
        boolean wasOff = !cpu.flags.has(Rflags.IF);
        put(cpu, Rflags.IF, true);
        if (wasOff) {
            cpu.interruptShadow = true;
        }
    }

    private static void checkIopl(Cpu cpu) {
        if (cpu.cpl() > iopl(cpu)) {
            throw Fault.generalProtection();
        }
    }

    private static void lahf(Cpu cpu) {
        long image = cpu.flags.arithmetic() & LOW_BYTE | Rflags.RESERVED_1;
        cpu.gpr[Cpu.RAX] = cpu.gpr[Cpu.RAX] & ~0xFF00L | image << 8;
    }

    private static void sahf(Cpu cpu) {
        boolean of = cpu.flags.of();
        long image = cpu.gpr[Cpu.RAX] >>> 8 & LOW_BYTE;
        cpu.flags.setArithmetic(image | (of ? Rflags.OF : 0));
    }
}
