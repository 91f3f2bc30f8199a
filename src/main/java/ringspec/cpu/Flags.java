package ringspec.cpu;

/**
 * RFLAGS. The six arithmetic flags are derived on demand from the last result, since most are overwritten unread.
 *
 * <p>Three values describe them: {@code result}, the sign-extended result (ZF, SF and PF); {@code carries}, with bit 63 = CF and
 * bit 62 = CF xor OF; {@code aux}, whose bit 4 is AF. Bit 0 of {@code aux} inverts PF and bit 1 inverts SF, so that any
 * combination of the flags can be represented. No more values than that, since most instructions store all of them.
 */
public final class Flags {

    private static final int INVERT_PF = 1;
    private static final int INVERT_SF = 2;

    /** All bits but the arithmetic ones, bit 1 included. */
    private long system = Rflags.RESERVED_1;

    private long result = 1;
    private long carries;
    private long aux;

    /** Sets all six arithmetic flags from an operation's outcome; see the class comment for the encoding. Of {@code aux}, bit 4 counts. */
    public void set(long signExtendedResult, long carries, long aux) {
        this.result = signExtendedResult;
        this.carries = carries;
        this.aux = aux & Rflags.AF;
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
        return (result ^ aux << 62) < 0;
    }

    public boolean af() {
        return (aux & Rflags.AF) != 0;
    }

    public boolean pf() {
        return (Integer.bitCount((int) result & 0xFF ^ (int) aux & INVERT_PF) & 1) == 0;
    }

    /** Sets CF and leaves the others. */
    public void setCf(boolean cf) {
        setCfOf(cf, of());
    }

    /** Sets CF and OF and leaves the others. */
    public void setCfOf(boolean cf, boolean of) {
        carries = (cf ? 1L << 63 : 0) | (cf != of ? 1L << 62 : 0);
    }

    /** Sets CF and OF from bit 63 = CF and bit 62 = CF xor OF, whatever the other bits, and leaves the other flags. */
    public void setCarries(long cfAndCfXorOf) {
        carries = cfAndCfXorOf;
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
        result = zf ? 0 : 0x100;
        aux = bits & Rflags.AF | (sf ? INVERT_SF : 0) | (pf ? 0 : INVERT_PF);
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
    }
}
