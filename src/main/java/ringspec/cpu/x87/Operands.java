package ringspec.cpu.x87;

/** What all operations do with operands that aren't numbers (SDM vol. 1, 4.8.3.5 and table 4-8). */
final class Operands {

    private Operands() {
    }

    /** True for NaNs and for encodings that the processor doesn't accept. */
    static boolean isSpecial(Extended a) {
        return a.isUnsupported() || a.isNan();
    }

    /** The result of an operation on one operand that is special. */
    static Extended special(X87Context context, Extended a) {
        return a.isUnsupported() ? context.invalid() : quiet(context, a);
    }

    /** The result of an operation on two operands of which one is special at least. */
    static Extended special(X87Context context, Extended a, Extended b) {
        if (a.isUnsupported() || b.isUnsupported()) {
            return context.invalid();
        }
        if (a.isSignaling() || b.isSignaling()) {
            context.invalid();
        }
        if (!a.isNan() || !b.isNan()) {
            return (a.isNan() ? a : b).quieted();
        }
        if (a.isSignaling() != b.isSignaling()) {
            return a.isSignaling() ? b : a;
        }
        return larger(a, b).quieted();
    }

    /** Of two NaNs the one with the larger significand; of equal ones the positive. */
    private static Extended larger(Extended a, Extended b) {
        int order = Long.compareUnsigned(a.significand(), b.significand());
        if (order != 0) {
            return order > 0 ? a : b;
        }
        return a.isNegative() ? b : a;
    }

    /** A NaN made quiet; #IA if it wasn't. */
    static Extended quiet(X87Context context, Extended nan) {
        if (nan.isSignaling()) {
            context.invalid();
        }
        return nan.quieted();
    }
}
