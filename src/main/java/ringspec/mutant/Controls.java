package ringspec.mutant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.kernel.KernelDesign;

/**
 * Kernels that do nothing right, or nothing at all: what the suite lets them pass is a measure of how much it says. A clause that a
 * kernel fulfils by doing nothing can't be helped; anything beyond is a hole.
 */
public final class Controls {

    private static final String ENTRY = "syscall_entry.asm";
    private static final String DISPATCH = "    cmp rax, SYSCALL_COUNT\n    jae .no_such_call\n";

    private Controls() {
    }

    /** The kernels by their names as subjects. */
    public static Map<String, KernelDesign> all() {
        Map<String, KernelDesign> all = new LinkedHashMap<>();
        all.put("null", variant("boot.asm", "_start:\n", "_start:\n    hlt\n    jmp _start\n"));
        all.put("answers-zero", variant(ENTRY, DISPATCH, "    xor eax, eax\n    jmp .store_result\n"));
        all.put("answers-error", variant(ENTRY, DISPATCH, "    mov rax, ERROR_NOSYS\n    jmp .store_result\n"));
        all.put("answers-never", variant(ENTRY, DISPATCH, ".for_ever:\n    hlt\n    jmp .for_ever\n"));
        return all;
    }

    /** Names of those that boot as they should and then answer every call with the same result. */
    public static List<String> answering() {
        return List.of("answers-zero", "answers-error");
    }

    private static KernelDesign variant(String file, String find, String replace) {
        return new TextVariant(List.of(new TextVariant.Replacement(file, find, replace)), Map.of());
    }
}
