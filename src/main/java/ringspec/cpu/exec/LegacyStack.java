package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.SegmentAccess;
import ringspec.cpu.SegmentRegister;

/**
 * The stack as instructions of 16-bit and 32-bit code use it: in SS with its limit, through ESP or SP as SS.B says, whatever the
 * operand size (SDM vol. 1, 6.2.3).
 */
final class LegacyStack {

    private static final long WIDE = 0xFFFF_FFFFL;

    private LegacyStack() {
    }

    /** What a stack pointer is truncated to. */
    static long mask(Cpu cpu) {
        return (cpu.segments[SegmentRegister.SS].attributes & SegmentRegister.DEFAULT_BIG) != 0 ? WIDE : 0xFFFF;
    }

    /** Loads ESP, or SP and leaves the upper half of ESP. */
    static void setPointer(Cpu cpu, long value) {
        set(cpu, Cpu.RSP, value);
    }

    /** Loads a register of the stack's width. */
    static void set(Cpu cpu, int register, long value) {
        long mask = mask(cpu);
        cpu.gpr[register] = mask == WIDE ? value & WIDE : cpu.gpr[register] & ~mask | value & mask;
    }

    /** The linear address of an operand on the stack; #SS(0) outside the limit. */
    static long linear(Cpu cpu, long pointer, int bits, boolean write) {
        return SegmentAccess.linear(cpu, SegmentRegister.SS, pointer & mask(cpu), bits >>> 3, write);
    }

    /** Reads an operand at an offset in the stack segment. */
    static long read(Cpu cpu, long pointer, int bits) {
        return Location.load(cpu.memory, bits, linear(cpu, pointer, bits, false));
    }

    /** Makes sure that an operand can be written at an offset in the stack segment. */
    static void prepare(Cpu cpu, long pointer, int bits) {
        cpu.memory.prepareWrite(linear(cpu, pointer, bits, true), bits >>> 3);
    }

    /** Writes an operand at an offset in the stack segment. */
    static void write(Cpu cpu, long pointer, int bits, long value) {
        Location.store(cpu.memory, bits, linear(cpu, pointer, bits, true), value);
    }

    /** Pushes 16 or 32 bits. */
    static void push(Cpu cpu, int bits, long value) {
        long pointer = cpu.gpr[Cpu.RSP] - (bits >>> 3);
        write(cpu, pointer, bits, value);
        setPointer(cpu, pointer);
    }

    /** Moves the stack pointer up. */
    static void release(Cpu cpu, long bytes) {
        setPointer(cpu, cpu.gpr[Cpu.RSP] + bytes);
    }
}
