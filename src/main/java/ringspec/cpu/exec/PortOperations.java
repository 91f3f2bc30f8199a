package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.DebugConditions;
import ringspec.cpu.Fault;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;
import ringspec.isa.Repeat;
import ringspec.trace.TraceEvent;

/** IN, OUT, INS and OUTS with the protection of SDM vol. 1, 19.5. */
final class PortOperations {

    /** Offset of the I/O map base address in a 64-bit TSS. */
    private static final int MAP_BASE = 0x66;

    private PortOperations() {
    }

    static void register(Registry registry) {
        registry.add("IN", PortOperations::bindIn);
        registry.add("OUT", PortOperations::bindOut);
        registry.add("INS", PortOperations::bindIns);
        registry.add("OUTS", PortOperations::bindOuts);
    }

    private static Operation bindIn(Instruction instruction, int offset) {
        Location port = Location.of(instruction, 1, offset);
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.last(instruction, offset,
                cpu -> target.write(cpu, read(cpu, portNumber(cpu, port), target.bits() / 8)));
    }

    private static Operation bindOut(Instruction instruction, int offset) {
        Location port = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.last(instruction, offset, cpu -> {
            int number = portNumber(cpu, port);
            requirePermission(cpu, number, source.bits() / 8);
            write(cpu, number, source.bits() / 8, (int) source.read(cpu));
        });
    }

    private static int portNumber(Cpu cpu, Location port) {
        return port.isConstant() ? (int) port.constant() & 0xFF : (int) cpu.gpr[Cpu.RDX] & 0xFFFF;
    }

    private static long read(Cpu cpu, int port, int size) {
        requirePermission(cpu, port, size);
        long value = Widths.truncate(size * 8, cpu.ports.read(port, size));
        cpu.emit(new TraceEvent.PortRead(port, size, value));
        cpu.pendingDebug |= DebugConditions.port(cpu, port, size);
        return value;
    }

    private static void write(Cpu cpu, int port, int size, int value) {
        cpu.emit(new TraceEvent.PortWrite(port, size, Widths.truncate(size * 8, value)));
        cpu.ports.write(port, size, value);
        cpu.pendingDebug |= DebugConditions.port(cpu, port, size);
    }

    /**
     * With CPL above IOPL the port's bits in the TSS's I/O permission map must be 0. Two bytes are always read, and both must lie
     * within the limit.
     */
    private static void requirePermission(Cpu cpu, int port, int size) {
        int iopl = (int) (cpu.flags.system() >>> 12) & 3;
        if (cpu.cpl() <= iopl) {
            return;
        }
        SegmentRegister tr = cpu.segments[SegmentRegister.TR];
        if (MAP_BASE + 1 > tr.limit) {
            throw Fault.generalProtection();
        }
        long at = (cpu.memory.systemRead16(tr.base + MAP_BASE) & 0xFFFF) + (port >>> 3);
        if (at + 1 > tr.limit) {
            throw Fault.generalProtection();
        }
        int bits = cpu.memory.systemRead16(tr.base + at) & 0xFFFF;
        if ((bits >>> (port & 7) & (1 << size) - 1) != 0) {
            throw Fault.generalProtection();
        }
    }

    private static Operation bindIns(Instruction instruction, int offset) {
        Operand.Mem memory = (Operand.Mem) instruction.operand(0);
        EffectiveAddress target = new EffectiveAddress(instruction, memory, offset);
        return bindString(instruction, offset, memory, Cpu.RDI, cpu -> {
            int port = (int) cpu.gpr[Cpu.RDX] & 0xFFFF;
            requirePermission(cpu, port, memory.size());
            long linear = target.linear(cpu);
            // Reading a port may have effects, so the write must be sure to succeed.
            cpu.memory.prepareWrite(linear, memory.size());
            cpu.memory.write(linear, memory.size(), read(cpu, port, memory.size()));
        });
    }

    private static Operation bindOuts(Instruction instruction, int offset) {
        Operand.Mem memory = (Operand.Mem) instruction.operand(1);
        EffectiveAddress source = new EffectiveAddress(instruction, memory, offset);
        return bindString(instruction, offset, memory, Cpu.RSI, cpu -> {
            int port = (int) cpu.gpr[Cpu.RDX] & 0xFFFF;
            requirePermission(cpu, port, memory.size());
            write(cpu, port, memory.size(), (int) cpu.memory.read(source.linear(cpu), memory.size()));
        });
    }

    /** One iteration per execution: with REP the instruction is executed again until the count is 0. */
    private static Operation bindString(Instruction instruction, int offset, Operand.Mem memory, int pointer,
            SimpleOperation.Body iteration) {
        int bits = memory.addressSize();
        boolean repeats = instruction.repeat() != Repeat.NONE;
        return SimpleOperation.last(instruction, offset, cpu -> {
            if (cpu.model.vendor() == ProcessorModel.Vendor.AMD) {
                // AMD silicon asks for permission even if the count is 0
                requirePermission(cpu, (int) cpu.gpr[Cpu.RDX] & 0xFFFF, memory.size());
            }
            if (repeats && Widths.truncate(bits, cpu.gpr[Cpu.RCX]) == 0) {
                return;
            }
            iteration.execute(cpu);
            long step = cpu.flags.has(Rflags.DF) ? -memory.size() : memory.size();
            Location.writeRegister(cpu, pointer, bits, cpu.gpr[pointer] + step);
            if (repeats) {
                long left = Widths.truncate(bits, cpu.gpr[Cpu.RCX] - 1);
                Location.writeRegister(cpu, Cpu.RCX, bits, left);
                if (left != 0) {
                    cpu.rip = cpu.codePage + offset;
                    // The frame of what comes between iterations holds RF = 1 (SDM vol. 3A, 6.8.3).
                    cpu.setSystemFlags(cpu.flags.system() | Rflags.RF);
                    cpu.stopBlock = true;
                }
            }
        });
    }
}
