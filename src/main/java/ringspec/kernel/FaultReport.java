package ringspec.kernel;

import static ringspec.kernel.ObjectLayout.FAULT_CR2;
import static ringspec.kernel.ObjectLayout.FAULT_ERROR;
import static ringspec.kernel.ObjectLayout.FAULT_LOG_ENTRIES;
import static ringspec.kernel.ObjectLayout.FAULT_NAME;
import static ringspec.kernel.ObjectLayout.FAULT_PROCESS_ID;
import static ringspec.kernel.ObjectLayout.FAULT_RIP;
import static ringspec.kernel.ObjectLayout.FAULT_STRIDE;
import static ringspec.kernel.ObjectLayout.FAULT_THREAD_ID;
import static ringspec.kernel.ObjectLayout.FAULT_VECTOR;
import static ringspec.kernel.ObjectLayout.GLOBALS_FAULT_COUNT;
import static ringspec.kernel.ObjectLayout.GLOBALS_FAULT_LOG;
import static ringspec.kernel.ObjectLayout.PROCESS_FAULTED;
import static ringspec.kernel.ObjectLayout.PROCESS_FAULT_CR2;
import static ringspec.kernel.ObjectLayout.PROCESS_FAULT_ERROR;
import static ringspec.kernel.ObjectLayout.PROCESS_FAULT_RIP;
import static ringspec.kernel.ObjectLayout.PROCESS_FAULT_VECTOR;
import static ringspec.kernel.ObjectLayout.PROCESS_NAME;

import ringspec.cpu.Vector;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/**
 * What the kernel says of an exception (D40).
 *
 * @param error the error code, 0 where the vector has none
 * @param cr2 the address that failed, for #PF; else 0
 */
record FaultReport(int vector, long error, long rip, long cr2) {

    /** As messages show it: {@code #PF(0x6) rip=0x401000 cr2=0x7fffffffaff8}. */
    @Override
    public String toString() {
        String code = Vector.hasErrorCode(vector) ? "(0x%x)".formatted(error) : "";
        String address = vector == Vector.PF ? " cr2=0x%x".formatted(cr2) : "";
        return "%s%s rip=0x%x%s".formatted(Vector.name(vector), code, rip, address);
    }

    /** Keeps it in the process and in the log. */
    void record(KernelMemory memory, ThreadObject thread) {
        ProcessObject process = thread.process();
        memory.store(process.address() + PROCESS_FAULTED, 1);
        memory.store(process.address() + PROCESS_FAULT_VECTOR, vector);
        memory.store(process.address() + PROCESS_FAULT_ERROR, error);
        memory.store(process.address() + PROCESS_FAULT_RIP, rip);
        memory.store(process.address() + PROCESS_FAULT_CR2, cr2);
        long globals = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);
        long index = memory.add(globals + GLOBALS_FAULT_COUNT, 1) - 1;
        long entry = globals + GLOBALS_FAULT_LOG + index % FAULT_LOG_ENTRIES * FAULT_STRIDE;
        memory.store(entry + FAULT_PROCESS_ID, process.id());
        memory.store(entry + FAULT_THREAD_ID, thread.id());
        memory.store(entry + FAULT_VECTOR, vector);
        memory.store(entry + FAULT_ERROR, error);
        memory.store(entry + FAULT_RIP, rip);
        memory.store(entry + FAULT_CR2, cr2);
        byte[] name = memory.read(process.address() + PROCESS_NAME, KernelLayout.NAME_LENGTH);
        memory.write(entry + FAULT_NAME, name, 0, name.length);
    }
}
