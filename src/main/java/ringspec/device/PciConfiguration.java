package ringspec.device;

import java.util.function.Consumer;

/**
 * PCI configuration mechanism 1 at ports CF8h to CFFh, with nothing on the bus (PCI Local Bus specification 3.0, 3.2.2.3.2):
 * every configuration register reads as all ones. A byte access to CF9h reaches the reset control register, as in chip sets that
 * have one.
 */
public final class PciConfiguration implements PortDevice {

    /** CONFIG_ADDRESS. */
    public static final int PORT = 0xCF8;
    /** Ports that it occupies. */
    public static final int COUNT = 8;
    /** The reset control register. */
    public static final int RESET_CONTROL = 0xCF9;
    /** What resets the machine when written there: a hard reset. */
    public static final int RESET_VALUE = 6;

    private static final int ADDRESS = 0;
    private static final int RESET_OFFSET = RESET_CONTROL - PORT;
    private static final int ADDRESS_BITS = 0x80FF_FFFC;
    private static final int RESET_CPU = 4;
    private static final int RESET_BITS = 0xE;

    private final Consumer<ResetCause> reset;
    private int address;
    private int resetControl;

    /**
     * @param reset told when software resets the machine
     */
    public PciConfiguration(Consumer<ResetCause> reset) {
        this.reset = reset;
    }

    /** Takes over another's state. */
    public void copyFrom(PciConfiguration other) {
        address = other.address;
        resetControl = other.resetControl;
    }

    @Override
    public int width() {
        return 4;
    }

    @Override
    public int read(int offset, int size) {
        if (offset == ADDRESS && size == 4) {
            return address;
        }
        return offset == RESET_OFFSET && size == 1 ? resetControl : -1 >>> 32 - 8 * size;
    }

    @Override
    public void write(int offset, int size, int value) {
        if (offset == ADDRESS && size == 4) {
            address = value & ADDRESS_BITS;
        } else if (offset == RESET_OFFSET && size == 1) {
            boolean rises = (value & ~resetControl & RESET_CPU) != 0;
            resetControl = value & RESET_BITS;
            if (rises) {
                reset.accept(ResetCause.PORT_CF9);
            }
        }
    }
}
