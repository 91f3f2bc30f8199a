package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;

/** BT BTS BTR BTC, BSF BSR LZCNT TZCNT POPCNT, SETcc (SDM vol. 2). */
final class BitOperations {

    private static final int BT = 0;
    private static final int BTS = 1;
    private static final int BTR = 2;
    private static final int BTC = 3;

    private BitOperations() {
    }

    static void register(Registry registry) {
        registry.add("BT", (i, at) -> bitTest(BT, i, at));
        registry.add("BTS", (i, at) -> bitTest(BTS, i, at));
        registry.add("BTR", (i, at) -> bitTest(BTR, i, at));
        registry.add("BTC", (i, at) -> bitTest(BTC, i, at));
        registry.add("BSF", (i, at) -> scan(i, at, true));
        registry.add("BSR", (i, at) -> scan(i, at, false));
        registry.add("LZCNT", (i, at) -> count(i, at, BitScans::lzcnt));
        registry.add("TZCNT", (i, at) -> count(i, at, BitScans::tzcnt));
        registry.add("POPCNT", (i, at) -> count(i, at, (flags, bits, value) -> BitScans.popcnt(flags, value)));
        for (Condition condition : Condition.values()) {
            registry.add("SET" + condition, (i, at) -> set(condition, i, at));
        }
    }

    /** A register bit offset into memory is signed and reaches beyond the operand; an immediate one is taken modulo its size. */
    private static Operation bitTest(int kind, Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location index = Location.of(instruction, 1, offset);
        int bits = target.bits();
        if (!target.isMemory()) {
            return SimpleOperation.of(instruction, offset, cpu -> {
                long mask = 1L << (index.read(cpu) & bits - 1);
                long value = target.read(cpu);
                if (kind != BT) {
                    target.write(cpu, changed(kind, value, mask));
                }
                cpu.flags.setCf((value & mask) != 0);
            });
        }
        EffectiveAddress address = target.address();
        int log = Integer.numberOfTrailingZeros(bits);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long bit = index.isConstant() ? index.constant() & bits - 1 : Widths.signExtend(bits, index.read(cpu));
            long mask = 1L << (bit & bits - 1);
            long linear = address.linear(cpu, (bit >> log) * (bits >>> 3));
            if (kind != BT) {
                cpu.memory.prepareWrite(linear, bits >>> 3);
            }
            long value = Location.load(cpu.memory, bits, linear);
            if (kind != BT) {
                Location.store(cpu.memory, bits, linear, changed(kind, value, mask));
            }
            cpu.flags.setCf((value & mask) != 0);
        });
    }

    private static long changed(int kind, long value, long mask) {
        return switch (kind) {
            case BTS -> value | mask;
            case BTR -> value & ~mask;
            default -> value ^ mask;
        };
    }

    private static Operation scan(Instruction instruction, int offset, boolean forward) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            long value = source.read(cpu);
            long index = forward ? BitScans.bsf(cpu.flags, value) : BitScans.bsr(cpu.flags, value);
            if (value != 0) {
                target.write(cpu, index);
            }
        });
    }

    @FunctionalInterface
    private interface Count {
        long apply(ringspec.cpu.Flags flags, int bits, long value);
    }

    private static Operation count(Instruction instruction, int offset, Count count) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        return SimpleOperation.of(instruction, offset,
                cpu -> target.write(cpu, count.apply(cpu.flags, source.bits(), source.read(cpu))));
    }

    private static Operation set(Condition condition, Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, (Cpu cpu) -> target.write(cpu, condition.test(cpu.flags) ? 1
                : 0));
    }
}
