package ringspec.cpu.exec;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;

/** RDTSC, RDTSCP and RDPMC: the time-stamp counter counts instructions, the machine's virtual time. */
final class TimeOperations {

    private TimeOperations() {
    }

    static void register(Registry registry) {
        registry.add("RDTSC", (i, offset) -> SimpleOperation.last(i, offset, TimeOperations::rdtsc));
        registry.add("RDTSCP", (i, offset) -> SimpleOperation.last(i, offset, TimeOperations::rdtscp));
        registry.add("RDPMC", (i, offset) -> SimpleOperation.last(i, offset, TimeOperations::rdpmc));
    }

    /** The time-stamp counter. */
    static long timeStamp(Cpu cpu) {
        return cpu.instructions + cpu.msrs.tscOffset;
    }

    private static void rdtsc(Cpu cpu) {
        if (cpu.cpl() != 0 && (cpu.cr4 & ControlRegisters.CR4_TSD) != 0) {
            throw Fault.generalProtection();
        }
        SystemOperations.writeEdxEax(cpu, timeStamp(cpu));
    }

    private static void rdtscp(Cpu cpu) {
        rdtsc(cpu);
        cpu.gpr[Cpu.RCX] = cpu.msrs.tscAux;
    }

    /** No model has performance counters, so that every counter number is invalid: #GP(0) with or without CR4.PCE. */
    private static void rdpmc(Cpu cpu) {
        throw Fault.generalProtection();
    }
}
