package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/** F16C: half precision is for storage only, so that it is converted from and to single (SDM vol. 1, 14.4). */
final class HalfPrecision {

    private static final int MXCSR_FTZ = 1 << 15;
    private static final int MXCSR_RC = 3 << 13;
    private static final int USES_MXCSR = 4;

    private HalfPrecision() {
    }

    static void register(Registry registry) {
        registry.add("VCVTPH2PS", (i, offset) -> FloatLanes.widening(i, VectorOperands.unary(i, offset), offset,
                HalfPrecision::widen));
        registry.add("VCVTPS2PH", HalfPrecision::narrowing);
    }

    private static void widen(FloatContext context, long[] out, int at, long part) {
        out[at] = FloatConversion.widenHalf(context, part & 0xFFFF) | FloatConversion.widenHalf(context, part >>> 16
                & 0xFFFF) << 32;
        out[at + 1] = FloatConversion.widenHalf(context, part >>> 32 & 0xFFFF) | FloatConversion.widenHalf(context,
                part >>> 48 & 0xFFFF) << 32;
    }

    /** Rounds as the immediate says: bits 1:0, or MXCSR.RC with bit 2. MXCSR.FTZ is not looked at. */
    private static Operation narrowing(Instruction instruction, int offset) {
        int control = VectorOperands.immediate(instruction);
        int source = VectorOperands.index(instruction, 1);
        int halves = VectorOperands.isWide(instruction.operand(1)) ? 4 : 2;
        int target = instruction.operand(0) instanceof Operand.Mem ? -1 : VectorOperands.index(instruction, 0);
        XmmOperand destination = XmmOperand.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            VectorOperands.requireAvx(cpu);
            int mxcsr = cpu.mxcsr & ~MXCSR_FTZ;
            FloatContext context = new FloatContext((control & USES_MXCSR) != 0 ? mxcsr
                    : mxcsr & ~MXCSR_RC | (control & 3) << 13);
            long low = narrow(context, cpu, source, 0);
            long high = halves == 4 ? narrow(context, cpu, source, 2) : 0;
            if (target < 0) {
                store(cpu, context, destination.linear(cpu), low, high, 4 * halves);
                return;
            }
            context.finish(cpu);
            cpu.xmm[target] = low;
            cpu.xmm[target + 1] = high;
            cpu.ymmHigh[target] = 0;
            cpu.ymmHigh[target + 1] = 0;
        });
    }

    private static void store(Cpu cpu, FloatContext context, long linear, long low, long high, int bytes) {
        VectorOperands.prepareStore(cpu, linear, bytes);
        context.finish(cpu);
        VectorOperands.write64(cpu, linear, low);
        if (bytes > 8) {
            VectorOperands.write64(cpu, linear + 8, high);
        }
    }

    /** Four elements of a lane. */
    private static long narrow(FloatContext context, Cpu cpu, int register, int half) {
        long lower = VectorOperands.register(cpu, register, half);
        long upper = VectorOperands.register(cpu, register, half + 1);
        return narrow(context, lower) | narrow(context, lower >>> 32) << 16 | narrow(context, upper) << 32
                | narrow(context, upper >>> 32) << 48;
    }

    private static long narrow(FloatContext context, long bits) {
        return FloatConversion.convert(context, FloatFormat.SINGLE, FloatFormat.HALF, bits & 0xFFFF_FFFFL);
    }
}
