package ringspec.cpu;

/**
 * The guest did something legal that leaves 64-bit mode, which is all that this machine has. Not a {@link Fault}: a real
 * processor would go on.
 */
public final class UnsupportedModeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param rip address of the instruction
     * @param what what it did, such as "SYSRET with a 32-bit operand size"
     */
    public UnsupportedModeException(long rip, String what) {
        super("%s at 0x%016x enters compatibility mode, and this machine has 64-bit mode only: use code segments with L = 1"
                .formatted(what, rip));
    }
}
