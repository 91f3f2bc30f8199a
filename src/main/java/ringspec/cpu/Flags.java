package ringspec.cpu;

/**
 * RFLAGS. The six arithmetic flags are derived on demand from the last result, since most are overwritten unread.
 *
 * <p>Three values describe them: {@code result}, the sign-extended result (ZF, SF, and PF from its low byte xor
 * {@code parity}); {@code carries}, with bit 63 = CF and bit 62 = CF xor OF; {@code aux}, whose bit 4 is AF. SF is bit 63 of
 * {@code result} xor {@code signFlip}, so that any combination of the flags can be represented.
 */
public final class Flags {

    /** All bits but the arithmetic ones, bit 1 included. */
    private long system = Rflags.RESERVED_1;

    private long result = 1;
    private long carries;
    private long aux;
    private int parity;
    private boolean signFlip;

    /** Sets all six arithmetic flags from an operation's outcome; see the class comment for the encoding. */
    public void set(long signExtendedResult, long carries, long aux) {
        this.result = signExtendedResult;
        this.carries = carries;
        this.aux = aux;
        this.parity = 0;
        this.signFlip = false;
    }

    /** After AND, OR, XOR, TEST: CF = OF = AF = 0 (AF is undefined by the SDM, and 0 on silicon). */
    public void setLogic(long signExtendedResult) {
        set(signExtendedResult, 0, 0);
    }

    /** Sets all but CF, as INC and DEC do; CF stays. */
    public void setKeepingCf(long signExtendedResult, boolean of, long aux) {
        long cf = carries & 1L << 63;
        set(signExtendedResult, cf | (cf < 0 != of ? 1L << 62 : 0), aux);
    }

    public boolean cf() {
        return carries < 0;
    }

    public boolean of() {
        return (carries ^ carries << 1) < 0;
    }

    public boolean zf() {
        return result == 0;
    }

    public boolean sf() {
        return result < 0 != signFlip;
    }

    public boolean af() {
        return (aux & 0x10) != 0;
    }

    public boolean pf() {
        return (Integer.bitCount(((int) result ^ parity) & 0xFF) & 1) == 0;
    }

    /** Sets CF and leaves the others. */
    public void setCf(boolean cf) {
        setCfOf(cf, of());
    }

    /** Sets CF and OF and leaves the others. */
    public void setCfOf(boolean cf, boolean of) {
        carries = (cf ? 1L << 63 : 0) | (cf != of ? 1L << 62 : 0);
    }

    /** Sets ZF and leaves the others. */
    public void setZf(boolean zf) {
        setArithmetic(arithmetic() & ~Rflags.ZF | (zf ? Rflags.ZF : 0));
    }

    /** The six arithmetic flags at their places in RFLAGS. */
    public long arithmetic() {
        return (cf() ? Rflags.CF : 0) | (pf() ? Rflags.PF : 0) | (af() ? Rflags.AF : 0) | (zf() ? Rflags.ZF : 0)
                | (sf() ? Rflags.SF : 0) | (of() ? Rflags.OF : 0);
    }

    /** Sets the six arithmetic flags from their places in RFLAGS; other bits of the argument are ignored. */
    public void setArithmetic(long bits) {
        boolean zf = (bits & Rflags.ZF) != 0;
        boolean sf = (bits & Rflags.SF) != 0;
        boolean pf = (bits & Rflags.PF) != 0;
        setCfOf((bits & Rflags.CF) != 0, (bits & Rflags.OF) != 0);
        aux = bits & Rflags.AF;
        result = zf ? 0 : 0x100;
        signFlip = sf;
        parity = pf ? 0 : 1;
    }

    /** The whole of RFLAGS. */
    public long value() {
        return system | arithmetic();
    }

    /** Bits of RFLAGS other than the arithmetic flags. */
    public long system() {
        return system;
    }

    /** True if any of the given non-arithmetic bits is set. */
    public boolean has(long bit) {
        return (system & bit) != 0;
    }

    /** Sets every flag, reserved bits forced; {@link Cpu#setRflags} is what instructions call. */
    void setValue(long value) {
        system = value & (Rflags.DEFINED & ~Rflags.ARITHMETIC) | Rflags.RESERVED_1;
        setArithmetic(value);
    }

    /** Sets the non-arithmetic flags; {@link Cpu#setSystemFlags} is what instructions call. */
    void setSystem(long value) {
        system = value & (Rflags.DEFINED & ~Rflags.ARITHMETIC) | Rflags.RESERVED_1;
    }

    /** Takes over another object's flags. */
    void copyFrom(Flags other) {
        system = other.system;
        result = other.result;
        carries = other.carries;
        aux = other.aux;
        parity = other.parity;
        signFlip = other.signFlip;
    }
}
