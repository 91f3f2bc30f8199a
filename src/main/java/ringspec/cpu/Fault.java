package ringspec.cpu;

/**
 * An exception of the guest's processor, thrown by instruction semantics before the instruction has changed anything that a
 * restart would see. The engine restores RIP and delivers it.
 *
 * <p>Carries no Java stack trace: it is control flow of the guest, not an error of the host.
 */
public final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int vector;
    private final int errorCode;
    private final long address;
    private final boolean nonCanonical;
    private final boolean trap;

    private Fault(int vector, int errorCode, long address, boolean nonCanonical) {
        this(vector, errorCode, address, nonCanonical, false);
    }

    private Fault(int vector, int errorCode, long address, boolean nonCanonical, boolean trap) {
        super(null, null, false, false);
        this.vector = vector;
        this.errorCode = errorCode;
        this.address = address;
        this.nonCanonical = nonCanonical;
        this.trap = trap;
    }

    /** An exception without error code, such as #UD. */
    public static Fault of(int vector) {
        return new Fault(vector, 0, 0, false);
    }

    /** An exception with an error code, such as #GP(selector). */
    public static Fault of(int vector, int errorCode) {
        return new Fault(vector, errorCode, 0, false);
    }

    /** An exception of the trap kind, without error code, that is due before the instruction has come to its end. */
    public static Fault trap(int vector) {
        return new Fault(vector, 0, 0, false, true);
    }

    /** #UD. */
    public static Fault undefinedOpcode() {
        return of(Vector.UD);
    }

    /** #GP(0). */
    public static Fault generalProtection() {
        return of(Vector.GP, 0);
    }

    /** #PF; {@code linear} goes to CR2. */
    public static Fault page(long linear, int errorCode) {
        return new Fault(Vector.PF, errorCode, linear, false);
    }

    /**
     * A reference to a non-canonical address: #GP(0), which the engine turns into #SS(0) if the reference was made through the
     * stack segment (SDM vol. 1, 3.3.7.1).
     */
    public static Fault nonCanonical(long linear) {
        return new Fault(Vector.GP, 0, linear, true);
    }

    /** The vector, 0 to 31. */
    public int vector() {
        return vector;
    }

    /** The error code; 0 where the vector has none. */
    public int errorCode() {
        return errorCode;
    }

    /** The linear address that failed, for #PF and non-canonical references; else 0. */
    public long address() {
        return address;
    }

    /** True for an exception of the trap kind: RFLAGS.RF isn't set in the frame. */
    public boolean isTrap() {
        return trap;
    }

    /** True for a non-canonical reference. */
    public boolean isNonCanonical() {
        return nonCanonical;
    }

    @Override
    public String getMessage() {
        String code = Vector.hasErrorCode(vector) ? "(0x%x)".formatted(errorCode) : "";
        return Vector.name(vector) + code + (vector == Vector.PF || nonCanonical ? " at 0x%016x".formatted(address)
                : "");
    }
}
