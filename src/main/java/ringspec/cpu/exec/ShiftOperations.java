package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** ROL ROR RCL RCR SHL SHR SAR SHLD SHRD (SDM vol. 2). */
final class ShiftOperations {

    private ShiftOperations() {
    }

    static void register(Registry registry) {
        registry.add("ROL", (i, at) -> bind(Shifts.ROL, i, at));
        registry.add("ROR", (i, at) -> bind(Shifts.ROR, i, at));
        registry.add("RCL", (i, at) -> bind(Shifts.RCL, i, at));
        registry.add("RCR", (i, at) -> bind(Shifts.RCR, i, at));
        registry.add("SHL", (i, at) -> bind(Shifts.SHL, i, at));
        registry.add("SHR", (i, at) -> bind(Shifts.SHR, i, at));
        registry.add("SAR", (i, at) -> bind(Shifts.SAR, i, at));
        registry.add("SHLD", (i, at) -> bindDouble(true, i, at));
        registry.add("SHRD", (i, at) -> bindDouble(false, i, at));
    }

    private static Operation bind(int kind, Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location count = Location.of(instruction, 1, offset);
        if (target.isPlainRegister() && count.isConstant() && target.bits() >= 32) {
            int by = (int) count.constant();
            Operation fast = ConstantShifts.bind(kind, instruction, offset, target, by);
            return fast != null ? fast : new ByConstant(kind, instruction, offset, target, by);
        }
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            target.prepareWrite(cpu);
            int by = (int) count.read(cpu);
            target.write(cpu, Shifts.apply(kind, cpu.flags, bits, target.read(cpu), by));
        });
    }

    private static Operation bindDouble(boolean left, Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        Location count = Location.of(instruction, 2, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            target.prepareWrite(cpu);
            long value = target.read(cpu);
            long fill = source.read(cpu);
            int by = (int) count.read(cpu);
            target.write(cpu, left ? Shifts.shld(cpu.flags, bits, value, fill, by) : Shifts.shrd(cpu.flags, bits, value,
                    fill, by));
        });
    }

    /** A 32- or 64-bit register by a constant, the less frequent kinds. */
    private static final class ByConstant extends Operation {
        private final int kind;
        private final int bits;
        private final int register;
        private final int count;

        ByConstant(int kind, Instruction instruction, int offset, Location target, int count) {
            super(instruction, offset);
            this.kind = kind;
            this.bits = target.bits();
            this.register = target.register();
            this.count = count;
        }

        @Override
        public void execute(Cpu cpu) {
            long value = Widths.truncate(bits, cpu.gpr[register]);
            cpu.gpr[register] = Shifts.apply(kind, cpu.flags, bits, value, count);
        }
    }
}
