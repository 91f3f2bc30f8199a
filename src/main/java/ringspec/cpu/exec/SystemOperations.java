package ringspec.cpu.exec;

/** Semantics of the system instructions: control and debug registers, MSRs, descriptor tables, ports, SYSCALL/SYSRET, IRET, CPUID and the like. */
final class SystemOperations {

    private SystemOperations() {
    }

    static void register(Registry registry) {
    }
}
