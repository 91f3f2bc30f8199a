package ringspec.kernel.irq;

import static ringspec.kernel.ObjectLayout.GLOBALS_INTERRUPTS;
import static ringspec.kernel.ObjectLayout.INTERRUPT_ARRIVED;
import static ringspec.kernel.ObjectLayout.INTERRUPT_BITS;
import static ringspec.kernel.ObjectLayout.INTERRUPT_CAPABILITY;
import static ringspec.kernel.ObjectLayout.INTERRUPT_ENDPOINT;
import static ringspec.kernel.ObjectLayout.INTERRUPT_ENDPOINT_CAPABILITY;
import static ringspec.kernel.ObjectLayout.INTERRUPT_LINE;
import static ringspec.kernel.ObjectLayout.INTERRUPT_LINES;
import static ringspec.kernel.ObjectLayout.PROCESS_PORTS_CAPABILITY;

import java.util.function.ObjLongConsumer;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.PerCpu;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.ipc.EndpointObject;
import ringspec.kernel.process.ProcessList;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;

/** The I/O APIC's lines and the endpoints that they are bound to (D37). */
public class Interrupts {

    private static final long LINES = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL) + GLOBALS_INTERRUPTS;

    private final KernelMemory memory;
    private final InterruptController controller;
    private final PerCpu perCpu;
    private final ProcessList processes;

    /** The lines of one machine. */
    public Interrupts(KernelMemory memory, InterruptController controller, PerCpu perCpu) {
        this.memory = memory;
        this.controller = controller;
        this.perCpu = perCpu;
        this.processes = new ProcessList(memory);
    }

    /**
     * Binds a line to an endpoint and lets its next interrupt through; after an interrupt, binding it again to the same endpoint
     * acknowledges it.
     *
     * @param holder the process that both capabilities belong to
     * @throws SyscallFailure BUSY, if the line is bound to another endpoint, or its next interrupt has yet to come
     */
    public void bind(Capability interrupt, Capability endpoint, long bits, ProcessObject holder) throws SyscallFailure {
        long object = interrupt.object();
        long line = LINES + 8 * memory.load(object + INTERRUPT_LINE);
        long bound = memory.load(line);
        if (bound != 0 && (memory.load(bound + INTERRUPT_ENDPOINT) != endpoint.object() || memory.load(bound
                + INTERRUPT_ARRIVED) == 0)) {
            throw new SyscallFailure(ErrorCode.BUSY);
        }
        if (bound != 0) {
            unbind(bound);
        }
        memory.store(line, object);
        memory.store(object + INTERRUPT_ENDPOINT, endpoint.object());
        memory.store(object + INTERRUPT_BITS, bits);
        memory.store(object + INTERRUPT_CAPABILITY, interrupt.address());
        memory.store(object + INTERRUPT_ENDPOINT_CAPABILITY, endpoint.address());
        new EndpointObject(memory, endpoint.object()).countBinding(1);
        if ((interrupt.rights() & Rights.WRITE) != 0 && line(object) == KernelLayout.SERIAL_IRQ) {
            setPorts(holder, interrupt.address());
        }
        controller.setMasked(line(object), false);
    }

    /**
     * An interrupt of a line was taken. The line is held back until it is bound again; if nobody has bound it, that is all.
     *
     * @param deliver told the endpoint and the bits
     */
    public void arrived(int line, ObjLongConsumer<EndpointObject> deliver) {
        controller.setMasked(line, true);
        long object = memory.load(LINES + 8L * line);
        if (object != 0 && memory.load(object + INTERRUPT_ARRIVED) == 0) {
            memory.store(object + INTERRUPT_ARRIVED, 1);
            deliver.accept(new EndpointObject(memory, memory.load(object + INTERRUPT_ENDPOINT)), memory.load(object
                    + INTERRUPT_BITS));
        }
    }

    /** A capability is about to leave its slot: what was bound through it is bound no longer, and the ports are closed. */
    public void capabilityLeaves(Capability capability) {
        if (capability.type() != CapabilityType.INTERRUPT && capability.type() != CapabilityType.ENDPOINT) {
            return;
        }
        for (int line = 0; line < INTERRUPT_LINES; line++) {
            long object = memory.load(LINES + 8L * line);
            if (object != 0 && (memory.load(object + INTERRUPT_CAPABILITY) == capability.address() || memory.load(object
                    + INTERRUPT_ENDPOINT_CAPABILITY) == capability.address())) {
                unbind(object);
            }
        }
        for (ProcessObject process : processes.alive()) {
            if (memory.load(process.address() + PROCESS_PORTS_CAPABILITY) == capability.address()) {
                setPorts(process, 0);
            }
        }
    }

    /** An Interrupt object ends. */
    public void forget(long object) {
        if (memory.load(LINES + 8L * line(object)) == object) {
            unbind(object);
        }
    }

    private void unbind(long object) {
        controller.setMasked(line(object), true);
        new EndpointObject(memory, memory.load(object + INTERRUPT_ENDPOINT)).countBinding(-1);
        memory.store(LINES + 8L * line(object), 0);
        memory.store(object + INTERRUPT_ENDPOINT, 0);
        memory.store(object + INTERRUPT_ARRIVED, 0);
        memory.store(object + INTERRUPT_CAPABILITY, 0);
        memory.store(object + INTERRUPT_ENDPOINT_CAPABILITY, 0);
    }

    private void setPorts(ProcessObject process, long capability) {
        memory.store(process.address() + PROCESS_PORTS_CAPABILITY, capability);
        long running = perCpu.currentThread();
        if (running != 0 && new ThreadObject(memory, running).process().address() == process.address()) {
            perCpu.setPortsOpen(KernelLayout.SERIAL_PORT, capability != 0);
        }
    }

    private int line(long object) {
        return (int) memory.load(object + INTERRUPT_LINE);
    }
}
