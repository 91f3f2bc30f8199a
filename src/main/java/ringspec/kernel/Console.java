package ringspec.kernel;

import java.nio.charset.StandardCharsets;

/** The kernel's serial line. */
public final class Console {

    private final Privileged processor;

    /** A console that writes the UART's data port. */
    public Console(Privileged processor) {
        this.processor = processor;
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            processor.out8(KernelLayout.SERIAL_PORT, bytes[i] & 0xFF);
        }
    }

    /** Sends a message of the kernel's own, as a line. */
    public void log(String message) {
        byte[] line = ("kernel: " + message + "\n").getBytes(StandardCharsets.US_ASCII);
        send(line, line.length);
    }
}
