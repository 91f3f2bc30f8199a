package ringspec.trace;

/**
 * Something architecturally visible that the machine did. Text is a view: {@code toString} of the records is stable and is
 * what the trace hash is computed over.
 *
 * <p>Every {@code rip} and every {@code target} is what the register RIP holds there; outside 64-bit mode that is EIP or IP, an offset
 * in the code segment, as in the frames that exceptions push. Likewise every {@code rsp} is RSP, ESP or SP. Whatever is called linear
 * has the segment's base in it.
 */
public sealed interface TraceEvent {

    /** SYSCALL executed: {@code rip} is the instruction's own address, {@code rcx} and {@code r11} what it saved. */
    record Syscall(long rip, long rcx, long r11, long number, long cr3) implements TraceEvent {
    }

    /** SYSRET executed; {@code operandSize} is 64 or 32, {@code rflags} what ring 3 runs with. */
    record Sysret(long rip, long target, long rflags, long rsp, int operandSize, long cr3) implements TraceEvent {
    }

    /** IRET executed: the state it loaded. */
    record InterruptReturn(long rip, int cs, long rflags, long rsp, int ss) implements TraceEvent {
    }

    /** SWAPGS executed: the bases after the exchange. */
    record SwapGs(long rip, long gsBase, long kernelGsBase) implements TraceEvent {
    }

    /** MOV to a control register (or LMSW/CLTS). */
    record ControlRegisterWrite(long rip, int register, long before, long after) implements TraceEvent {
    }

    /** WRMSR. */
    record MsrWrite(long rip, int msr, long before, long after) implements TraceEvent {
    }

    /**
     * An exception is about to be delivered. {@code rip} is the RIP that the frame will hold, {@code cpl} the privilege level
     * at which it arose; {@code errorCode} is -1 where the vector has none; {@code cr2} counts for #PF only (else 0).
     */
    record FaultTaken(int vector, long errorCode, long rip, int cpl, long cr2) implements TraceEvent {
    }

    /** An external interrupt, NMI or INT n is about to be delivered; {@code rip} is what the frame will hold. */
    record InterruptTaken(int vector, Source source, long rip, int cpl) implements TraceEvent {
        /** Where an interrupt came from. */
        public enum Source {
            /** A maskable interrupt from an interrupt controller. */
            EXTERNAL,
            /** Non-maskable interrupt. */
            NMI,
            /** INT n, INT3 or INTO. */
            SOFTWARE
        }
    }

    /**
     * The local APIC dispensed a request to the processor, which marked the vector in service; {@code level} is its TMR bit. Not
     * for the spurious vector, nor for interrupts that bypass the local APIC, since neither expects an EOI.
     */
    record InterruptInService(int vector, boolean level) implements TraceEvent {
    }

    /** Software wrote the local APIC's EOI register: the vector that left service, -1 if none was in service. */
    record EndOfInterrupt(int vector) implements TraceEvent {
    }

    /** An input of the I/O APIC changed; {@code high} is its electrical level now. */
    record InterruptLine(int input, boolean high) implements TraceEvent {
    }

    /** The processor finished delivering through the IDT: first address of the handler and its stack pointer. */
    record HandlerEntered(int vector, long rip, long rsp, int cpl) implements TraceEvent {
    }

    /** Translations were invalidated; {@code address} counts for INVLPG only (else 0). */
    record TlbInvalidation(Kind kind, long address) implements TraceEvent {
        /** How. */
        public enum Kind {
            /** INVLPG of one linear address. */
            INVLPG,
            /** MOV to CR3: all but global entries, of the new process-context identifier. */
            CR3,
            /** INVPCID of any type. */
            INVPCID,
            /** A change of CR0/CR4/EFER paging bits: everything. */
            ALL
        }
    }

    /**
     * A translation was used that the page tables in memory no longer give: what SDM vol. 3A, 5.10.4 calls a stale entry.
     */
    record TlbStaleUse(long linear, long cachedPhysical, long walkedEntry) implements TraceEvent {
    }

    /** STAC, CLAC or another change of RFLAGS.AC while CPL is 0. */
    record AccessCheckFlag(long rip, boolean ac) implements TraceEvent {
    }

    /** VMCALL in ring 0: control passes to the handler that the table's gate stands for. */
    record Hypercall(long rip, long rax) implements TraceEvent {
    }

    /** The kernel's UserCopy started ({@code begin}) or ended; the only time that ring 0 may touch user pages. */
    record UserCopy(boolean begin, long address, long length, boolean write) implements TraceEvent {
    }

    /** IN or INS. */
    record PortRead(int port, int size, long value) implements TraceEvent {
    }

    /** OUT or OUTS. */
    record PortWrite(int port, int size, long value) implements TraceEvent {
    }

    /** HLT. */
    record Halt(long rip) implements TraceEvent {
    }

    /** Shutdown after a fault during the delivery of #DF. */
    record TripleFault(long rip) implements TraceEvent {
    }

    /** A data read by an instruction or by event delivery; only when detail is on. */
    record MemoryRead(long linear, int size, int cpl) implements TraceEvent {
    }

    /** A data write by an instruction or by event delivery; only when detail is on. */
    record MemoryWrite(long linear, int size, int cpl) implements TraceEvent {
    }

    /** The page walker set an accessed or dirty bit; only when detail is on. */
    record PageWalkWrite(long entryAddress, long before, long after) implements TraceEvent {
    }

    /** An instruction is about to be executed; only when detail is on. */
    record Executed(long rip, int cpl) implements TraceEvent {
    }
}
