package ringspec.device;

import java.util.function.Consumer;

/**
 * The 8042 at ports 60h and 64h, without keyboard and mouse: its own commands work, and what is sent to a device gets no answer.
 * FEh pulses the reset line, and so does a 0 in bit 0 of the output port. The A20 gate is always open.
 */
public final class KeyboardController {

    /** Data. */
    public static final int DATA = 0x60;
    /** Status and command. */
    public static final int COMMAND = 0x64;

    private static final int OUTPUT_FULL = 1;
    private static final int SYSTEM = 4;
    private static final int LAST_WAS_COMMAND = 8;
    private static final int UNLOCKED = 0x10;
    private static final int A20 = 2;
    private static final int NOT_RESET = 1;
    private static final int EMPTY = -1;
    private static final int NO_COMMAND = 0;

    private final Consumer<ResetCause> reset;
    private final int[] memory = new int[32];
    private int output = EMPTY;
    private int lastOutput;
    private int pending = NO_COMMAND;
    private boolean lastWasCommand;

    /**
     * @param reset told when software resets the machine
     */
    public KeyboardController(Consumer<ResetCause> reset) {
        this.reset = reset;
        // The command byte: system flag, both interfaces disabled.
        memory[0] = 0x34;
    }

    /** Takes over another's state. */
    public void copyFrom(KeyboardController other) {
        System.arraycopy(other.memory, 0, memory, 0, memory.length);
        output = other.output;
        lastOutput = other.lastOutput;
        pending = other.pending;
        lastWasCommand = other.lastWasCommand;
    }

    /** The device at {@link #DATA} or {@link #COMMAND}, one port each. */
    public PortDevice port(int port) {
        return new PortDevice() {
            @Override
            public int read(int offset, int size) {
                return port == COMMAND ? status() : readData();
            }

            @Override
            public void write(int offset, int size, int value) {
                lastWasCommand = port == COMMAND;
                if (port == COMMAND) {
                    command(value);
                } else {
                    writeData(value);
                }
            }
        };
    }

    private int status() {
        return UNLOCKED | memory[0] & SYSTEM | (output == EMPTY ? 0 : OUTPUT_FULL)
                | (lastWasCommand ? LAST_WAS_COMMAND : 0);
    }

    private int readData() {
        if (output != EMPTY) {
            lastOutput = output;
            output = EMPTY;
        }
        return lastOutput;
    }

    private void command(int value) {
        pending = NO_COMMAND;
        if (value >= 0x20 && value < 0x40) {
            output = memory[value & 31];
        } else if (value >= 0x60 && value < 0x80 || value == 0xD1) {
            pending = value;
        } else if (value >= 0xF0 && (value & 1) == 0) {
            reset.accept(ResetCause.KEYBOARD_CONTROLLER);
        } else {
            answer(value);
        }
    }

    private void answer(int command) {
        switch (command) {
            case 0xA7 -> memory[0] |= 0x20;
            case 0xA8 -> memory[0] &= ~0x20;
            case 0xA9, 0xAB -> output = 0;
            case 0xAA -> output = 0x55;
            case 0xAD -> memory[0] |= 0x10;
            case 0xAE -> memory[0] &= ~0x10;
            case 0xD0 -> output = A20 | NOT_RESET;
            default -> {
                // Nobody is there to answer.
            }
        }
    }

    private void writeData(int value) {
        int command = pending;
        pending = NO_COMMAND;
        if (command >= 0x60 && command < 0x80) {
            memory[command & 31] = value;
        } else if (command == 0xD1 && (value & NOT_RESET) == 0) {
            reset.accept(ResetCause.KEYBOARD_CONTROLLER);
        }
    }
}
