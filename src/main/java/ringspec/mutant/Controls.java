package ringspec.mutant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import ringspec.kernel.KernelDesign;
import ringspec.spec.Chapter;

/**
 * Kernels that do nothing at all, or give every system call the same answer: what the specification lets them pass is a measure of
 * how much it says.
 */
public final class Controls {

    private static final String ENTRY = "syscall_entry.asm";
    private static final String DISPATCH = "    cmp rax, SYSCALL_COUNT\n    jae .no_such_call\n";

    private static final Set<String> ANSWERED = Set.of("SYS", "CAP", "MEM", "IPC", "PROC", "IRQ");

    private static final List<Control> ALL = List.of(
            new Control("null", "halts at its first instruction", false, variant("boot.asm", "_start:\n",
                    "_start:\n    hlt\n    jmp _start\n")),
            new Control("answers-zero", "boots, and every system call returns 0", true, variant(ENTRY, DISPATCH,
                    "    xor eax, eax\n    jmp .store_result\n")),
            new Control("answers-error", "boots, and every system call returns NOSYS", true, variant(ENTRY, DISPATCH,
                    "    mov rax, ERROR_NOSYS\n    jmp .store_result\n")),
            new Control("answers-never", "boots, and no system call returns", true, variant(ENTRY, DISPATCH,
                    ".for_ever:\n    hlt\n    jmp .for_ever\n")));

    /**
     * One of them.
     *
     * @param name as a subject
     * @param does instead of what a kernel should
     * @param boots whether it gets as far as ring 3
     * @param design the kernel
     */
    public record Control(String name, String does, boolean boots, KernelDesign design) {
    }

    private Controls() {
    }

    /** All of them. */
    public static List<Control> list() {
        return ALL;
    }

    /** The kernels by their names as subjects. */
    public static Map<String, KernelDesign> all() {
        Map<String, KernelDesign> all = new LinkedHashMap<>();
        ALL.forEach(control -> all.put(control.name(), control.design()));
        return all;
    }

    /** Whether a control does what a chapter is about wrong: all that there is, or what system calls answer. */
    public static boolean concerns(Control control, Chapter chapter) {
        return !control.boots() || ANSWERED.contains(chapter.family());
    }

    /** Names of those that boot as they should and then answer every call with the same result. */
    public static List<String> answering() {
        return List.of("answers-zero", "answers-error");
    }

    private static KernelDesign variant(String file, String find, String replace) {
        return new TextVariant(List.of(new TextVariant.Replacement(file, find, replace)), Map.of());
    }
}
