package ringspec.device;

/** The ways in which software resets a PC. */
public enum ResetCause {
    /** The reset control register, which is also what the ACPI FADT names. */
    PORT_CF9("reset control register, port CF9h"),
    /** The keyboard controller's output port. */
    KEYBOARD_CONTROLLER("keyboard controller, port 64h"),
    /** Bit 0 of system control port A. */
    PORT_92("fast reset, port 92h");

    private final String text;

    ResetCause(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
