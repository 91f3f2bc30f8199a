package ringspec.kernel;

import java.util.LinkedHashMap;
import java.util.Map;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.syscall.Syscall;

/** What a ring-3 program has to know of the kernel, by the names that assembly programs use. */
public final class KernelContract {

    private KernelContract() {
    }

    /** {@code SYS_MEM_MAP} and its like, {@code TYPE_MEMORY}, {@code ERROR_NOSYS}, {@code USER_MAX}. */
    public static Map<String, Long> constants() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Syscall syscall : Syscall.values()) {
            all.put("SYS_" + syscall.name(), (long) syscall.number());
        }
        for (CapabilityType type : CapabilityType.values()) {
            all.put("TYPE_" + type.name(), (long) type.code());
        }
        for (ErrorCode error : ErrorCode.values()) {
            all.put("ERROR_" + error.name(), error.result());
        }
        all.put("USER_MAX", KernelLayout.USER_MAX);
        return all;
    }
}
