package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Register;

/**
 * The operands of a vector instruction, whatever its encoding: a destination d, a first source a and a second source b, which may
 * be memory. Legacy SSE reads a from the destination, wants 16-byte operands aligned and leaves bits 255:128 of the destination;
 * VEX.128 clears them; VEX.256 has two lanes of 128 bits (SDM vol. 1, 14.1 and 14.9).
 *
 * <p>A vector is seen as halves of 64 bits, numbered 0 and 1 in the lower lane, 2 and 3 in the upper one. An operation calls
 * {@link #begin} first, then reads with {@link #a} and {@link #b} what it likes in any order, and writes the destination last: after
 * {@code begin} no memory access can fault, so that only what the operation itself raises (#XM) has to come before {@code write}.
 */
final class VectorOperands {

    private static final long AVX_STATE = 6;

    /** True for an instruction of VEX encoding. */
    final boolean vex;
    /** True if the destination has 256 bits. */
    final boolean wide;
    private final int d;
    private final int a;
    /** Register index, or -1 for memory. */
    private final int b;
    private final EffectiveAddress address;
    private final int bytes;
    private final int alignment;
    private final int intelAlignment;

    private VectorOperands(Instruction instruction, int offset, int d, int a, int b, boolean aligned) {
        this.vex = isVex(instruction);
        this.wide = isWide(instruction.operand(d));
        this.d = index(instruction, d);
        this.a = index(instruction, a);
        if (instruction.operand(b) instanceof Operand.Mem mem) {
            this.b = -1;
            this.address = new EffectiveAddress(instruction, mem, offset);
            this.bytes = mem.size();
            this.alignment = aligned ? bytes - 1 : 0;
            this.intelAlignment = 0;
        } else {
            this.b = index(instruction, b);
            this.address = null;
            this.bytes = 0;
            this.alignment = 0;
            this.intelAlignment = 0;
        }
    }

    private VectorOperands(VectorOperands other, int alignment, int intelAlignment) {
        this.vex = other.vex;
        this.wide = other.wide;
        this.d = other.d;
        this.a = other.a;
        this.b = other.b;
        this.address = other.address;
        this.bytes = other.bytes;
        this.alignment = alignment;
        this.intelAlignment = intelAlignment;
    }

    /** "xmm1, xmm2/m128" where the destination is a source, too; "xmm1, xmm2, xmm3/m128" and "ymm1, ymm2, ymm3/m256". */
    static VectorOperands binary(Instruction instruction, int offset) {
        return isVex(instruction) ? at(instruction, offset, 0, 1, 2) : at(instruction, offset, 0, 0, 1);
    }

    /** "xmm1, xmm2/m128" or "ymm1, ymm2/m256" where the destination is only written; a is the destination. */
    static VectorOperands unary(Instruction instruction, int offset) {
        return at(instruction, offset, 0, 0, 1);
    }

    /**
     * Operands at other positions.
     *
     * @param d position of the destination, a register
     * @param a position of the first source, a register
     * @param b position of the second source, a register or memory of 16 bytes that legacy SSE wants aligned
     */
    static VectorOperands at(Instruction instruction, int offset, int d, int a, int b) {
        boolean aligned = !isVex(instruction) && instruction.operand(b) instanceof Operand.Mem mem && mem.size() == 16;
        return new VectorOperands(instruction, offset, d, a, b, aligned);
    }

    /** Like {@link #at}, with alignment as the instruction has it and not as the encoding says. */
    static VectorOperands at(Instruction instruction, int offset, int d, int a, int b, boolean aligned) {
        return new VectorOperands(instruction, offset, d, a, b, aligned);
    }

    /** This, with an operand that only Intel processors want aligned. */
    VectorOperands alignedOnIntel() {
        return new VectorOperands(this, 0, alignment);
    }

    /** True for VEX encoding: the mnemonics of vector instructions begin with V then, and only then. */
    static boolean isVex(Instruction instruction) {
        return instruction.mnemonic().charAt(0) == 'V';
    }

    /** True for a YMM register or memory of 32 bytes. */
    static boolean isWide(Operand operand) {
        return operand instanceof Operand.Reg reg && reg.register().bits() == 256
                || operand instanceof Operand.Mem mem && mem.size() == 32;
    }

    /** Index of a vector register's low half in {@link Cpu#xmm} and {@link Cpu#ymmHigh}. */
    static int index(Instruction instruction, int position) {
        if (instruction.operand(position) instanceof Operand.Reg(Register register) && register.bits() >= 128) {
            return register.number() * 2;
        }
        throw new IllegalArgumentException("operand " + position + " of " + instruction + " is no vector register");
    }

    /** The immediate that is the last operand, 0 to 255. */
    static int immediate(Instruction instruction) {
        return (int) ((Operand.Imm) instruction.operands().getLast()).value() & 0xFF;
    }

    /** #UD and #NM as the encoding has it: {@link XmmOperand#requireSse} or {@link #requireAvx}. */
    static void require(Cpu cpu, boolean vex) {
        if (vex) {
            requireAvx(cpu);
        } else {
            XmmOperand.requireSse(cpu);
        }
    }

    /** #UD unless CR4.OSXSAVE and XCR0[2:1] are set, #NM with CR0.TS set; CR0.EM doesn't matter (SDM vol. 2, 2.4). */
    static void requireAvx(Cpu cpu) {
        if ((cpu.cr4 & ControlRegisters.CR4_OSXSAVE) == 0 || (cpu.xcr0 & AVX_STATE) != AVX_STATE) {
            throw Fault.undefinedOpcode();
        }
        if ((cpu.cr0 & ControlRegisters.CR0_TS) != 0) {
            throw Fault.of(Vector.NM);
        }
    }

    boolean isMemory() {
        return address != null;
    }

    /** Raises whatever the operands can raise; returns the linear address of a memory operand, for {@link #b}. */
    long begin(Cpu cpu) {
        require(cpu, vex);
        if (address == null) {
            return 0;
        }
        long linear = address.linear(cpu);
        requireAligned(linear, alignment);
        if (intelAlignment != 0 && cpu.model.vendor() == ProcessorModel.Vendor.INTEL) {
            requireAligned(linear, intelAlignment);
        }
        checkAlignment(cpu, linear, bytes);
        cpu.memory.prepareRead(linear, bytes);
        return linear;
    }

    /**
     * #GP(0) for a misaligned address of an instruction that always wants it aligned.
     *
     * @param mask size of the operand minus 1, 0 for no check
     */
    static void requireAligned(long linear, int mask) {
        if ((linear & mask) != 0) {
            throw Fault.generalProtection();
        }
    }

    /**
     * #AC for a misaligned operand if alignment is checked: on Intel processors if it has 8 bytes at most (SDM vol. 2, table 2-21), on
     * AMD ones whatever its size, where 16 bytes are enough for one of 32 (APM vol. 2, 8.2.18).
     */
    static void checkAlignment(Cpu cpu, long linear, int bytes) {
        if (cpu.flags.has(Rflags.AC) && (bytes <= 8 || cpu.model.vendor() == ProcessorModel.Vendor.AMD)) {
            cpu.memory.requireAligned(linear, bytes, Math.min(bytes, 16));
        }
    }

    /** Makes sure that an operand of the instruction can be written without a fault, by {@link #write64}. */
    static void prepareStore(Cpu cpu, long linear, int bytes) {
        checkAlignment(cpu, linear, bytes);
        cpu.memory.prepareWrite(linear, bytes);
    }

    /** A half of the first source. */
    long a(Cpu cpu, int half) {
        return register(cpu, a, half);
    }

    /** A half of the destination, before it is written. */
    long d(Cpu cpu, int half) {
        return register(cpu, d, half);
    }

    /**
     * A half of the second source.
     *
     * @param linear what {@link #begin} returned
     */
    long b(Cpu cpu, long linear, int half) {
        if (b >= 0) {
            return register(cpu, b, half);
        }
        return bytes == 8 ? cpu.memory.read64(linear) : read64(cpu, linear + 8 * half);
    }

    /**
     * A scalar second source, zero-extended: the low bits of the register, or as many in memory.
     *
     * @param bits 8, 16, 32 or 64
     */
    long scalar(Cpu cpu, long linear, int bits) {
        return b >= 0 ? Widths.truncate(bits, cpu.xmm[b]) : Location.load(cpu.memory, bits, linear);
    }

    static long register(Cpu cpu, int index, int half) {
        return half < 2 ? cpu.xmm[index + half] : cpu.ymmHigh[index + half - 2];
    }

    /** Reads a half of an operand whose alignment has been checked. */
    static long read64(Cpu cpu, long linear) {
        return readUnchecked(cpu, linear, 8);
    }

    /** Writes a half of an operand, likewise. */
    static void write64(Cpu cpu, long linear, long value) {
        writeUnchecked(cpu, linear, 8, value);
    }

    /** Reads 1, 2, 4 or 8 bytes, zero-extended, without alignment check. */
    static long readUnchecked(Cpu cpu, long linear, int size) {
        if ((linear & size - 1) == 0 || !cpu.flags.has(Rflags.AC)) {
            return cpu.memory.read(linear, size);
        }
        long value = 0;
        cpu.memory.prepareUnalignedRead(linear, size);
        for (int i = size - 1; i >= 0; i--) {
            value = value << 8 | cpu.memory.read8(linear + i);
        }
        return value;
    }

    /** Writes 1, 2, 4 or 8 bytes without alignment check. */
    static void writeUnchecked(Cpu cpu, long linear, int size, long value) {
        if ((linear & size - 1) == 0 || !cpu.flags.has(Rflags.AC)) {
            cpu.memory.write(linear, size, value);
            return;
        }
        cpu.memory.prepareUnalignedWrite(linear, size);
        for (int i = 0; i < size; i++) {
            cpu.memory.write8(linear + i, (int) (value >>> 8 * i));
        }
    }

    /** Writes a destination of 128 bits, and clears what VEX encoding clears. */
    void write(Cpu cpu, long low, long high) {
        cpu.xmm[d] = low;
        cpu.xmm[d + 1] = high;
        if (vex) {
            cpu.ymmHigh[d] = 0;
            cpu.ymmHigh[d + 1] = 0;
        }
    }

    /** Writes a destination of 256 bits. */
    void write(Cpu cpu, long half0, long half1, long half2, long half3) {
        cpu.xmm[d] = half0;
        cpu.xmm[d + 1] = half1;
        cpu.ymmHigh[d] = half2;
        cpu.ymmHigh[d + 1] = half3;
    }

    /** Writes the destination from two or four halves, as {@link #wide} says. */
    void write(Cpu cpu, long[] halves) {
        if (wide) {
            write(cpu, halves[0], halves[1], halves[2], halves[3]);
        } else {
            write(cpu, halves[0], halves[1]);
        }
    }
}
