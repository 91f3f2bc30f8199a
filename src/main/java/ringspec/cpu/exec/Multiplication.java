package ringspec.cpu.exec;

import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.Flags;
import ringspec.cpu.Vector;

/**
 * Multiplication and division (SDM vol. 2, MUL, IMUL, DIV, IDIV).
 *
 * <p>SF, ZF, AF and PF after a multiplication and all six flags after a division are undefined by the SDM; they stay as they were,
 * as on AMD silicon.
 */
final class Multiplication {

    private Multiplication() {
    }

    /** MUL and one-operand IMUL: AL, AX, EAX or RAX times the operand to twice the size. */
    static void multiply(Cpu cpu, int bits, long factor, boolean signed) {
        long a = cpu.gpr[Cpu.RAX];
        long low;
        long high;
        boolean overflow;
        if (bits == 64) {
            low = a * factor;
            high = signed ? Math.multiplyHigh(a, factor) : Math.unsignedMultiplyHigh(a, factor);
            overflow = high != (signed ? low >> 63 : 0);
        } else {
            long product = extend(bits, a, signed) * extend(bits, factor, signed);
            low = product;
            high = product >> bits;
            overflow = extend(bits, product, signed) != product;
        }
        if (bits == 8) {
            Location.writeRegister(cpu, Cpu.RAX, 16, low);
        } else {
            Location.writeRegister(cpu, Cpu.RAX, bits, low);
            Location.writeRegister(cpu, Cpu.RDX, bits, high);
        }
        cpu.flags.setCfOf(overflow, overflow);
    }

    /** IMUL with two or three operands: the truncated product. */
    static long imul(Flags flags, int bits, long a, long b) {
        boolean overflow;
        long product = a * b;
        if (bits == 64) {
            overflow = Math.multiplyHigh(a, b) != product >> 63;
        } else {
            product = Widths.signExtend(bits, a) * Widths.signExtend(bits, b);
            overflow = Widths.signExtend(bits, product) != product;
        }
        flags.setCfOf(overflow, overflow);
        return product;
    }

    /** DIV and IDIV: AX, DX:AX, EDX:EAX or RDX:RAX by the operand; #DE if that is 0 or the quotient is too large. */
    static void divide(Cpu cpu, int bits, long divisor, boolean signed) {
        long quotient;
        long remainder;
        long by = extend(bits, divisor, signed);
        if (by == 0) {
            throw Fault.of(Vector.DE);
        }
        if (bits == 64) {
            divide128(cpu, by, signed);
            return;
        }
        long low = cpu.gpr[Cpu.RAX];
        long high = cpu.gpr[Cpu.RDX];
        long dividend = bits == 8 ? low : Widths.truncate(bits, low) | high << bits;
        dividend = extend(2 * bits, dividend, signed);
        // Long.MIN_VALUE / -1 overflows to itself, which the check below finds too large.
        quotient = signed ? dividend / by : Long.divideUnsigned(dividend, by);
        remainder = signed ? dividend % by : Long.remainderUnsigned(dividend, by);
        if (extend(bits, quotient, signed) != quotient) {
            throw Fault.of(Vector.DE);
        }
        if (bits == 8) {
            Location.writeRegister(cpu, Cpu.RAX, 16, quotient & 0xFF | remainder << 8);
        } else {
            Location.writeRegister(cpu, Cpu.RAX, bits, quotient);
            Location.writeRegister(cpu, Cpu.RDX, bits, remainder);
        }
    }

    private static void divide128(Cpu cpu, long by, boolean signed) {
        long low = cpu.gpr[Cpu.RAX];
        long high = cpu.gpr[Cpu.RDX];
        boolean negativeDividend = signed && high < 0;
        boolean negativeQuotient = negativeDividend != (signed && by < 0);
        long divisor = signed && by < 0 ? -by : by;
        if (negativeDividend) {
            low = -low;
            high = ~high + (low == 0 ? 1 : 0);
        }
        if (Long.compareUnsigned(high, divisor) >= 0) {
            throw Fault.of(Vector.DE);
        }
        long quotient;
        long remainder;
        if (high == 0) {
            quotient = Long.divideUnsigned(low, divisor);
            remainder = Long.remainderUnsigned(low, divisor);
        } else {
            remainder = high;
            quotient = low;
            for (int i = 0; i < 64; i++) {
                boolean carry = remainder < 0;
                remainder = remainder << 1 | quotient >>> 63;
                quotient <<= 1;
                if (carry || Long.compareUnsigned(remainder, divisor) >= 0) {
                    remainder -= divisor;
                    quotient |= 1;
                }
            }
        }
        if (signed && (negativeQuotient ? Long.compareUnsigned(quotient, Long.MIN_VALUE) > 0 : quotient < 0)) {
            throw Fault.of(Vector.DE);
        }
        cpu.gpr[Cpu.RAX] = negativeQuotient ? -quotient : quotient;
        cpu.gpr[Cpu.RDX] = negativeDividend ? -remainder : remainder;
    }

    private static long extend(int bits, long value, boolean signed) {
        return signed ? Widths.signExtend(bits, value) : Widths.truncate(bits, value);
    }
}
