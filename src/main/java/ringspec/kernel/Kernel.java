package ringspec.kernel;

import static ringspec.kernel.KernelLayout.FRAME_CS;
import static ringspec.kernel.KernelLayout.FRAME_ERROR;
import static ringspec.kernel.KernelLayout.FRAME_RFLAGS;
import static ringspec.kernel.KernelLayout.FRAME_RIP;
import static ringspec.kernel.KernelLayout.FRAME_VECTOR;
import static ringspec.kernel.ObjectLayout.GLOBALS_INIT_KILLED;

import java.util.HashMap;
import java.util.Map;
import ringspec.cpu.Cpu;
import ringspec.cpu.Fault;
import ringspec.cpu.HypercallHandler;
import ringspec.cpu.Rflags;
import ringspec.cpu.Vector;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;

/**
 * The Java side of the kernel: what the gates of its machine code stand for. A gate is known by the address of its VMCALL.
 *
 * <p>There is no state here but the wiring: attach another one to a fork of the machine and it goes on where the first one was.
 */
public final class Kernel implements HypercallHandler {

    private static final int VMCALL_LENGTH = 3;
    private static final int INIT_PROCESS_ID = 1;
    private static final long GLOBALS = KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL);

    private final Cpu cpu;
    private final KernelImage image;
    private final KernelServices services;
    private final Map<Long, Runnable> gates = new HashMap<>();

    private Kernel(Cpu cpu, KernelImage image) {
        this.cpu = cpu;
        this.image = image;
        KernelDesign design = image.design();
        this.services = new KernelServices(design.memory(new DirectMap(cpu.ram)),
                design.processor(new ProcessorAccess(cpu)), design.user(new UserCopy(cpu)), image.options().kpti(),
                design);
        for (Syscall syscall : Syscall.values()) {
            gate(syscall.gate(), () -> systemCall(syscall));
        }
        gate("gate_boot", this::boot);
        gate("gate_exception", this::exception);
        gate("gate_interrupt", this::interrupt);
        gate("gate_nmi", () -> services.perCpu().count(KernelLayout.PERCPU_NMI_COUNT));
        gate("gate_double_fault", () -> panic("double fault, " + report(cpu.gpr[Cpu.RDI])));
        gate("gate_machine_check", () -> panic("machine check, " + report(cpu.gpr[Cpu.RDI])));
        gate("gate_bad_return", this::badReturn);
        gate("gate_schedule", () -> cpu.gpr[Cpu.RAX] = services.scheduler().schedule());
        gate("gate_switched", this::switched);
    }

    /**
     * Makes the kernel answer a processor whose memory already holds it.
     *
     * @param image what was loaded there
     */
    public static Kernel attach(Cpu cpu, KernelImage image) {
        Kernel kernel = new Kernel(cpu, image);
        cpu.hypercalls = kernel;
        return kernel;
    }

    /** The kernel's parts, for observers. */
    public KernelServices services() {
        return services;
    }

    /** What was loaded. */
    public KernelImage image() {
        return image;
    }

    private void gate(String name, Runnable action) {
        gates.put(image.symbol(name), action);
    }

    @Override
    public void vmcall(Cpu processor) {
        Runnable action = gates.get(processor.rip - VMCALL_LENGTH);
        if (action == null) {
            // As on a processor without a hypervisor.
            throw Fault.undefinedOpcode();
        }
        try {
            action.run();
        } catch (KernelPanic e) {
            panic(e.getMessage());
        }
    }

    private void systemCall(Syscall syscall) {
        long[] gpr = cpu.gpr;
        Arguments arguments = new Arguments(gpr[Cpu.RDI], gpr[Cpu.RSI], gpr[Cpu.RDX], gpr[Cpu.RCX], gpr[8], gpr[9]);
        gpr[Cpu.RAX] = result(syscall, arguments);
    }

    private long result(Syscall syscall, Arguments arguments) {
        SyscallHandler handler = image.design().handler(syscall);
        try {
            return handler.handle(arguments, services);
        } catch (SyscallFailure failure) {
            return failure.error().result();
        }
    }

    private void boot() {
        BootInfo info = new BootInfo(services.memory(), cpu.gpr[Cpu.RDI]);
        if (new KernelBoot(services).run(info)) {
            info.setStatus(KernelLayout.STATUS_RUNNING);
        } else {
            info.setStatus(KernelLayout.STATUS_INIT_REFUSED);
            services.console().log("no init");
            services.processor().out8(KernelLayout.EXIT_PORT, KernelLayout.EXIT_INIT_REFUSED);
        }
    }

    private void exception() {
        long frame = cpu.gpr[Cpu.RDI];
        FaultReport report = report(frame);
        if ((cpu.memory.read64(frame + FRAME_CS) & 3) == 3) {
            kill(report);
        } else if (report.vector() == Vector.DB) {
            // Ring 3 can make ring 0 take one, by a data breakpoint for instance: nothing is broken.
            services.perCpu().count(KernelLayout.PERCPU_DEBUG_COUNT);
            // Else an instruction breakpoint would strike again at once (SDM vol. 3B, 19.3.1.1).
            cpu.memory.write64(frame + FRAME_RFLAGS, cpu.memory.read64(frame + FRAME_RFLAGS) | Rflags.RF);
        } else {
            panic(report + " in ring 0");
        }
    }

    /** One EOI for each interrupt, after its line is masked: a level-triggered one would come again at once. */
    private void interrupt() {
        services.perCpu().count(KernelLayout.PERCPU_INTERRUPT_COUNT);
        int vector = (int) cpu.memory.read64(cpu.gpr[Cpu.RDI] + FRAME_VECTOR);
        if (vector == KernelLayout.SPURIOUS_VECTOR) {
            // Nothing is in service (SDM vol. 3A, 12.9).
            return;
        }
        int line = vector - KernelLayout.IRQ_VECTOR_BASE;
        if (vector == KernelLayout.TIMER_VECTOR) {
            services.scheduler().timerExpired();
        } else if (line >= 0 && line < ObjectLayout.INTERRUPT_LINES) {
            services.interrupts().arrived(line, services.messages()::notify);
        }
        services.controller().endOfInterrupt();
    }

    /** The RIP that a thread would return to is not the user's: it gets the #GP that the user's own jump there would raise. */
    private void badReturn() {
        kill(new FaultReport(Vector.GP, 0, cpu.memory.read64(cpu.gpr[Cpu.RDI] + FRAME_RIP), 0));
    }

    private void kill(FaultReport report) {
        ThreadObject thread = services.currentThread();
        report.record(services.memory(), thread);
        long id = thread.process().id();
        services.console().log("process %d (%s) killed by %s".formatted(id, thread.process().name(), report));
        if (id == INIT_PROCESS_ID) {
            services.memory().store(GLOBALS + GLOBALS_INIT_KILLED, 1);
        }
        services.processes().destroy(thread.process());
    }

    private FaultReport report(long frame) {
        int vector = (int) cpu.memory.read64(frame + FRAME_VECTOR);
        return new FaultReport(vector, cpu.memory.read64(frame + FRAME_ERROR), cpu.memory.read64(frame + FRAME_RIP),
                vector == Vector.PF ? services.processor().cr2() : 0);
    }

    private void switched() {
        services.processes().reapDying();
        if (services.perCpu().currentThread() == 0 && services.processes().none()) {
            BootInfo info = new BootInfo(services.memory(), KernelLayout.direct(KernelLayout.BOOT_INFO_PHYSICAL));
            if (info.status() == KernelLayout.STATUS_RUNNING) {
                info.setStatus(KernelLayout.STATUS_ENDED);
                boolean killed = services.memory().load(GLOBALS + GLOBALS_INIT_KILLED) != 0;
                services.processor().out8(KernelLayout.EXIT_PORT,
                        killed ? KernelLayout.EXIT_INIT_KILLED : KernelLayout.EXIT_ALL_ENDED);
            }
        }
    }

    private void panic(String message) {
        services.console().log("panic: " + message);
        services.memory().store(KernelLayout.direct(KernelLayout.BOOT_INFO_PHYSICAL) + KernelLayout.BOOT_INFO_STATUS,
                KernelLayout.STATUS_PANIC);
        services.processor().out8(KernelLayout.EXIT_PORT, KernelLayout.EXIT_PANIC);
    }
}
