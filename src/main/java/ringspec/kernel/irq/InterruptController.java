package ringspec.kernel.irq;

import static ringspec.kernel.KernelLayout.IO_APIC_BASE;
import static ringspec.kernel.KernelLayout.IRQ_VECTOR_BASE;
import static ringspec.kernel.KernelLayout.LOCAL_APIC_BASE;
import static ringspec.kernel.KernelLayout.SPURIOUS_VECTOR;
import static ringspec.kernel.KernelLayout.TIMER_VECTOR;

import ringspec.kernel.ObjectLayout;
import ringspec.kernel.Privileged;

/** The local APIC in xAPIC mode (SDM vol. 3A, chapter 12) and the I/O APIC (82093AA data sheet), by their registers. */
public final class InterruptController {

    private static final int TASK_PRIORITY = 0x80;
    private static final int EOI = 0xB0;
    private static final int SPURIOUS = 0xF0;
    private static final int SPURIOUS_ENABLE = 1 << 8;
    private static final int LVT_TIMER = 0x320;
    private static final int TIMER_INITIAL_COUNT = 0x380;
    private static final int TIMER_CURRENT_COUNT = 0x390;
    private static final int TIMER_DIVIDE = 0x3E0;
    private static final int DIVIDE_BY_1 = 0b1011;

    private static final int SELECT = 0x00;
    private static final int WINDOW = 0x10;
    private static final int REDIRECTION = 0x10;
    private static final int ENTRY_LEVEL = 1 << 15;
    private static final int ENTRY_MASKED = 1 << 16;

    private final Privileged processor;

    /** The controllers of the machine's one processor. */
    public InterruptController(Privileged processor) {
        this.processor = processor;
    }

    /** Turns the local APIC on, its timer in one-shot mode, and masks every line. */
    public void initialise() {
        write(TASK_PRIORITY, 0);
        write(SPURIOUS, SPURIOUS_ENABLE | SPURIOUS_VECTOR);
        write(TIMER_DIVIDE, DIVIDE_BY_1);
        write(LVT_TIMER, TIMER_VECTOR);
        for (int line = 0; line < ObjectLayout.INTERRUPT_LINES; line++) {
            // The destination in the high half is APIC id 0, this processor.
            writeIo(REDIRECTION + 2 * line + 1, 0);
            setMasked(line, true);
        }
    }

    /** Ends the interrupt in service of the highest priority. */
    public void endOfInterrupt() {
        write(EOI, 0);
    }

    /** Starts the timer for a number of instructions; 0 stops it. */
    public void startTimer(long count) {
        write(TIMER_INITIAL_COUNT, (int) Math.min(count, 0xFFFF_FFFFL));
    }

    /** What is left on the timer. */
    public long timerRemaining() {
        return processor.readRegister(LOCAL_APIC_BASE + TIMER_CURRENT_COUNT) & 0xFFFF_FFFFL;
    }

    /**
     * Holds a line back or lets it through. Level-triggered: a device that still asks when its line is unmasked is heard, while
     * an edge that came in between would be lost.
     */
    public void setMasked(int line, boolean masked) {
        writeIo(REDIRECTION + 2 * line, IRQ_VECTOR_BASE + line | ENTRY_LEVEL | (masked ? ENTRY_MASKED : 0));
    }

    private void write(int register, int value) {
        processor.writeRegister(LOCAL_APIC_BASE + register, value);
    }

    private void writeIo(int register, int value) {
        processor.writeRegister(IO_APIC_BASE + SELECT, register);
        processor.writeRegister(IO_APIC_BASE + WINDOW, value);
    }
}
