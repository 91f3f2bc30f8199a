package ringspec.cpu;

/**
 * The guest did something legal that this processor doesn't do. Not a {@link Fault}: a real processor would go on, so that any
 * answer to the guest would be a lie.
 *
 * <p>Two things are left out, both for the same reason: nothing that runs on a 64-bit processor in long mode can use them, and no
 * boot path needs them.
 * <ul>
 * <li>hardware task switches (SDM vol. 3A, 9.3): far CALL or JMP to a TSS or a task gate, a task gate in the IDT, and IRET with
 * NT = 1 in protected mode. In long mode each of these is #GP, and that is what happens there.
 * <li>virtual-8086 mode (SDM vol. 3B, 22.2): IRETD in ring 0 of protected mode with VM = 1 in the flags that it pops. In long mode
 * VM is ignored.
 * </ul>
 */
public final class NotEmulatedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private NotEmulatedException(long rip, String what, String remedy) {
        super("%s at 0x%x: %s".formatted(what, rip, remedy));
    }

    /**
     * A hardware task switch.
     *
     * @param rip address of the instruction, or what the frame of an interrupt would have held
     * @param what what led there, such as "far JMP to task gate 0x28"
     */
    public static NotEmulatedException taskSwitch(long rip, String what) {
        return new NotEmulatedException(rip, what + " is a hardware task switch",
                "long mode has none, and this processor has none in protected mode either;"
                        + " switch stacks in software, and use interrupt gates instead of task gates");
    }

    /**
     * Virtual-8086 mode is about to be entered.
     *
     * @param rip address of the IRETD
     */
    public static NotEmulatedException virtual8086(long rip) {
        return new NotEmulatedException(rip, "IRETD with EFLAGS.VM = 1 enters virtual-8086 mode",
                "long mode has none, and this processor has none in protected mode either; run 16-bit code in real mode or in"
                        + " 16-bit code segments");
    }
}
