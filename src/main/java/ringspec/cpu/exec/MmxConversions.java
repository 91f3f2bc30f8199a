package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorModel;
import ringspec.isa.Instruction;
import ringspec.isa.Operand;

/**
 * Conversions between integers in MMX registers and floating point in XMM registers (SDM vol. 1, 10.4.4 and 11.4.4). The x87
 * state changes as with any MMX instruction once no memory access can fault any more; #XM comes after that.
 */
final class MmxConversions {

    private MmxConversions() {
    }

    static void register(Registry registry) {
        registry.add("CVTPI2PS", (i, offset) -> toFloat(i, offset, FloatFormat.SINGLE));
        registry.add("CVTPI2PD", (i, offset) -> toFloat(i, offset, FloatFormat.DOUBLE));
        registry.add("CVTPS2PI", (i, offset) -> toIntegers(i, offset, FloatFormat.SINGLE, false));
        registry.add("CVTTPS2PI", (i, offset) -> toIntegers(i, offset, FloatFormat.SINGLE, true));
        registry.add("CVTPD2PI", (i, offset) -> toIntegers(i, offset, FloatFormat.DOUBLE, false));
        registry.add("CVTTPD2PI", (i, offset) -> toIntegers(i, offset, FloatFormat.DOUBLE, true));
    }

    private static Operation toFloat(Instruction instruction, int offset, FloatFormat format) {
        int d = XmmOperand.destination(instruction);
        boolean single = format == FloatFormat.SINGLE;
        if (instruction.operand(1) instanceof Operand.Mem mem) {
            EffectiveAddress address = new EffectiveAddress(instruction, mem, offset);
            return SimpleOperation.of(instruction, offset, cpu -> {
                XmmOperand.requireSse(cpu);
                // The SDM lets CVTPI2PS, and not CVTPI2PD, enter MMX state though no MMX register is touched; on AMD neither does.
                boolean mmx = single && cpu.model.vendor() == ProcessorModel.Vendor.INTEL;
                if (mmx) {
                    FpuAccess.requireMmx(cpu);
                }
                long integers = cpu.memory.read64(address.linear(cpu));
                if (mmx) {
                    cpu.fpu.enterMmx();
                }
                convert(cpu, d, integers, single);
            });
        }
        int source = ((Operand.Reg) instruction.operand(1)).register().number();
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FpuAccess.requireMmx(cpu);
            cpu.fpu.enterMmx();
            convert(cpu, d, cpu.fpu.significand[source], single);
        });
    }

    /** Two singles replace the lower half of the destination, two doubles all of it. */
    private static void convert(Cpu cpu, int d, long integers, boolean single) {
        FloatFormat format = single ? FloatFormat.SINGLE : FloatFormat.DOUBLE;
        FloatContext context = new FloatContext(cpu.mxcsr);
        long lower = FloatConversion.fromInteger(context, format, (int) integers);
        long upper = FloatConversion.fromInteger(context, format, (int) (integers >>> 32));
        context.finish(cpu);
        if (single) {
            cpu.xmm[d] = lower & 0xFFFF_FFFFL | upper << 32;
        } else {
            cpu.xmm[d] = lower;
            cpu.xmm[d + 1] = upper;
        }
    }

    /** Two elements, of 64 bits of a source or 128, which in memory must be aligned. */
    private static Operation toIntegers(Instruction instruction, int offset, FloatFormat format, boolean truncates) {
        int d = ((Operand.Reg) instruction.operand(0)).register().number();
        XmmOperand source = XmmOperand.of(instruction, 1, offset);
        boolean single = format == FloatFormat.SINGLE;
        return SimpleOperation.of(instruction, offset, cpu -> {
            XmmOperand.requireSse(cpu);
            FpuAccess.requireMmx(cpu);
            long low;
            long high = 0;
            if (!source.isMemory()) {
                low = cpu.xmm[source.index()];
                high = cpu.xmm[source.index() + 1];
            } else if (single) {
                low = source.read(cpu, 64);
            } else {
                long linear = source.aligned(cpu);
                low = cpu.memory.read64(linear);
                high = cpu.memory.read64(linear + 8);
            }
            cpu.fpu.enterMmx();
            FloatContext context = new FloatContext(cpu.mxcsr);
            FloatRounding rounding = truncates ? FloatRounding.TO_ZERO : context.rounding();
            long first = FloatConversion.toInteger(context, format, single ? low & 0xFFFF_FFFFL : low, 32, rounding);
            long second = FloatConversion.toInteger(context, format, single ? low >>> 32 : high, 32, rounding);
            context.finish(cpu);
            cpu.fpu.writeMmx(d, first & 0xFFFF_FFFFL | second << 32);
        });
    }
}
