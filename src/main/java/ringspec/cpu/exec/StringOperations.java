package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.DebugConditions;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentAccess;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Repeat;

/**
 * MOVS CMPS STOS LODS SCAS with and without REP (SDM vol. 2).
 *
 * <p>A repeated instruction that has more to do after {@link #CHUNK} iterations ends with RIP at itself, so that interrupts get in
 * and virtual time goes on; each such part counts as one instruction. With TF set or a breakpoint enabled in DR7 a part is one iteration. Every iteration leaves
 * RCX, RSI and RDI as a restart needs them.
 */
abstract class StringOperations extends Operation {

    /** Iterations that run without a look at pending interrupts. */
    static final int CHUNK = 256;

    final int bits;
    private final int addressBits;
    private final Repeat repeat;
    /** FS, GS or -1: the override that the source allows; ES:RDI has none. Outside 64-bit mode the source's segment, whatever it is. */
    private final int sourceSegment;
    private final boolean is64;

    StringOperations(Instruction instruction, int offset) {
        super(instruction, offset);
        this.addressBits = instruction.addressSize();
        this.repeat = instruction.repeat();
        this.is64 = instruction.codeSize().is64();
        int size = 0;
        int segment = -1;
        for (Operand operand : instruction.operands()) {
            if (operand instanceof Operand.Mem memory) {
                size = memory.size() * 8;
                int number = memory.segment().number();
                boolean counts = !is64 || number == SegmentRegister.FS || number == SegmentRegister.GS;
                segment = counts && memory.base().number() == Cpu.RSI ? number : segment;
            }
        }
        this.bits = size;
        this.sourceSegment = segment;
    }

    static void register(Registry registry) {
        registry.add("MOVS", Move::new);
        registry.add("CMPS", Compare::new);
        registry.add("STOS", Store::new);
        registry.add("LODS", Load::new);
        registry.add("SCAS", Scan::new);
    }

    /** Does the work once and moves the pointers on. */
    abstract void once(Cpu cpu);

    /** True for CMPS and SCAS, whose repetition depends on ZF. */
    boolean compares() {
        return false;
    }

    @Override
    public final boolean endsBlock() {
        return true;
    }

    @Override
    public final void execute(Cpu cpu) {
        if (repeat == Repeat.NONE) {
            once(cpu);
            return;
        }
        long count = Widths.truncate(addressBits, cpu.gpr[Cpu.RCX]);
        int left = cpu.flags.has(Rflags.TF) || DebugConditions.any(cpu) ? 1 : CHUNK;
        while (count != 0) {
            // Not stopBlock, which overwritten code and copied frames set, too: what a program sees depends on neither.
            if (left-- == 0 || cpu.stopRequested) {
                cpu.rip = address(cpu);
                // The frame of what comes between iterations holds RF = 1 (SDM vol. 3A, 6.8.3).
                cpu.setSystemFlags(cpu.flags.system() | Rflags.RF);
                return;
            }
            once(cpu);
            count--;
            if (addressBits == 16) {
                Location.writeRegister(cpu, Cpu.RCX, 16, count);
            } else {
                cpu.gpr[Cpu.RCX] = count;
            }
            if (compares() && cpu.flags.zf() != (repeat == Repeat.REP)) {
                return;
            }
        }
    }

    /** Linear address of the operand at rSI. */
    final long source(Cpu cpu) {
        long offset = Widths.truncate(addressBits, cpu.gpr[Cpu.RSI]);
        if (!is64) {
            return SegmentAccess.linear(cpu, sourceSegment, offset, bits >>> 3, false);
        }
        return sourceSegment < 0 ? offset : offset + cpu.segments[sourceSegment].base;
    }

    /** Linear address of the operand at rDI. */
    final long target(Cpu cpu, boolean write) {
        long offset = Widths.truncate(addressBits, cpu.gpr[Cpu.RDI]);
        return is64 ? offset : SegmentAccess.linear(cpu, SegmentRegister.ES, offset, bits >>> 3, write);
    }

    final void advance(Cpu cpu, int register) {
        int bytes = bits >>> 3;
        long moved = cpu.gpr[register] + (cpu.flags.has(Rflags.DF) ? -bytes : bytes);
        if (addressBits == 16) {
            Location.writeRegister(cpu, register, 16, moved);
        } else {
            cpu.gpr[register] = Widths.truncate(addressBits, moved);
        }
    }

    private static final class Move extends StringOperations {
        Move(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        void once(Cpu cpu) {
            long value = Location.load(cpu.memory, bits, source(cpu));
            Location.store(cpu.memory, bits, target(cpu, true), value);
            advance(cpu, Cpu.RSI);
            advance(cpu, Cpu.RDI);
        }
    }

    private static final class Store extends StringOperations {
        Store(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        void once(Cpu cpu) {
            Location.store(cpu.memory, bits, target(cpu, true), cpu.gpr[Cpu.RAX]);
            advance(cpu, Cpu.RDI);
        }
    }

    private static final class Load extends StringOperations {
        Load(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        void once(Cpu cpu) {
            Location.writeRegister(cpu, Cpu.RAX, bits, Location.load(cpu.memory, bits, source(cpu)));
            advance(cpu, Cpu.RSI);
        }
    }

    private static final class Compare extends StringOperations {
        Compare(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        boolean compares() {
            return true;
        }

        @Override
        void once(Cpu cpu) {
            long first = Location.load(cpu.memory, bits, source(cpu));
            long second = Location.load(cpu.memory, bits, target(cpu, false));
            Arithmetic.sub(cpu.flags, bits, first, second);
            advance(cpu, Cpu.RSI);
            advance(cpu, Cpu.RDI);
        }
    }

    private static final class Scan extends StringOperations {
        Scan(Instruction instruction, int offset) {
            super(instruction, offset);
        }

        @Override
        boolean compares() {
            return true;
        }

        @Override
        void once(Cpu cpu) {
            long value = Location.load(cpu.memory, bits, target(cpu, false));
            Arithmetic.sub(cpu.flags, bits, cpu.gpr[Cpu.RAX], value);
            advance(cpu, Cpu.RDI);
        }
    }
}
