package ringspec.mutant;

import static ringspec.kernel.KernelLayout.FRAME_RAX;
import static ringspec.kernel.KernelLayout.FRAME_SIZE;
import static ringspec.kernel.KernelLayout.GLOBALS_PHYSICAL;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.ENDPOINT_SENDERS;
import static ringspec.kernel.ObjectLayout.GLOBALS_INTERRUPTS;
import static ringspec.kernel.ObjectLayout.GLOBALS_READY_QUEUES;
import static ringspec.kernel.ObjectLayout.INTERRUPT_LINE;
import static ringspec.kernel.ObjectLayout.READY_QUEUE_STRIDE;
import static ringspec.kernel.ObjectLayout.THREAD_STACK_INDEX;
import static ringspec.kernel.ObjectLayout.WAIT_RECEIVE;
import static ringspec.kernel.ObjectLayout.WAIT_SEND;

import java.util.List;
import java.util.function.ObjLongConsumer;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.PerCpu;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.ipc.Endings;
import ringspec.kernel.ipc.EndpointObject;
import ringspec.kernel.irq.InterruptController;
import ringspec.kernel.irq.Interrupts;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.KernelStacks;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.process.ThreadQueue;
import ringspec.kernel.process.Threads;
import ringspec.kernel.sched.Scheduler;

/** Mistakes with threads, who runs, who waits and who wakes, and with interrupt lines. */
final class ComponentMutants {

    /** Makes what makes threads. */
    @FunctionalInterface
    private interface Threading {
        Threads threads(KernelMemory memory, KernelObjects objects, KernelStacks stacks, Scheduler scheduler,
                PerCpu perCpu);
    }

    /** Makes what keeps interrupt lines. */
    @FunctionalInterface
    private interface Lines {
        Interrupts interrupts(KernelMemory memory, InterruptController controller, PerCpu perCpu);
    }

    private static final long LINES = direct(GLOBALS_PHYSICAL) + GLOBALS_INTERRUPTS;
    private static final int FRAME_RBX = FRAME_RAX - 8;

    private ComponentMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                threads("MUT-300", "a thread starts with the kernel's address of itself in RBX", (memory, objects,
                        stacks, scheduler, perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public ThreadObject create(ProcessObject process, AddressSpace space, long rip, long rsp,
                                    long argument, int priority) throws OutOfFrames {
                                ThreadObject thread = super.create(process, space, rip, rsp, argument, priority);
                                int stack = (int) memory.load(thread.address() + THREAD_STACK_INDEX);
                                memory.store(direct(stacks.topPage(stack)) + PAGE - FRAME_SIZE + FRAME_RBX, thread
                                        .address());
                                return thread;
                            }
                        }, "PROC-03", "RING3-04"),
                threads("MUT-301", "a thread starts 16 bytes below the stack that it was given", (memory, objects,
                        stacks, scheduler, perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public ThreadObject create(ProcessObject process, AddressSpace space, long rip, long rsp,
                                    long argument, int priority) throws OutOfFrames {
                                return super.create(process, space, rip, rsp - 16, argument, priority);
                            }
                        }, "PROC-03", "RING3-02"),
                threads("MUT-302", "the last sender is served first", (memory, objects, stacks, scheduler,
                        perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public void blockOn(ThreadObject thread, int reason, long endpoint, long capability) {
                                super.blockOn(thread, reason, endpoint, capability);
                                if (reason != WAIT_RECEIVE) {
                                    toFront(new ThreadQueue(memory, endpoint + ENDPOINT_SENDERS), thread);
                                }
                            }
                        }, "IPC-02"),
                threads("MUT-303", "ipc_send doesn't block", neverBlocking(WAIT_SEND), "IPC-01"),
                threads("MUT-304", "ipc_recv doesn't block", neverBlocking(WAIT_RECEIVE), "IPC-02"),
                threads("MUT-305", "ipc_call returns when its message is received", (memory, objects, stacks, scheduler,
                        perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public void awaitReply(ThreadObject caller) {
                                super.awaitReply(caller);
                                wake(caller, 0);
                            }
                        }, "IPC-04"),
                threads("MUT-306", "who waited in vain wakes with 0", (memory, objects, stacks, scheduler,
                        perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public void wake(ThreadObject thread, long result) {
                                super.wake(thread, result == ErrorCode.DEAD.result() ? 0 : result);
                            }
                        }, "IPC-07"),
                threads("MUT-307", "thread_block doesn't use up the wake that came before it", (memory, objects, stacks,
                        scheduler, perCpu) -> new Threads(memory, objects, stacks, scheduler, perCpu) {
                            @Override
                            public boolean takeWakeToken(ThreadObject thread) {
                                boolean taken = super.takeWakeToken(thread);
                                if (taken) {
                                    wakeOrLeaveToken(thread);
                                }
                                return taken;
                            }
                        }, "PROC-06"),
                component("MUT-308", "who waits through a capability that goes isn't woken", new KernelDesign() {
                    @Override
                    public Endings endings(KernelMemory memory, KernelObjects objects, CapabilityTables tables,
                            Threads threads, Interrupts interrupts) {
                        return new Endings(memory, objects, tables, threads, interrupts) {
                            @Override
                            public void leaving(Capability capability) {
                                interrupts.capabilityLeaves(capability);
                            }
                        };
                    }
                }, "IPC-07"),
                component("MUT-309", "who becomes ready last runs first", new KernelDesign() {
                    @Override
                    public Scheduler scheduler(KernelMemory memory, PerCpu perCpu, InterruptController controller) {
                        return new Scheduler(memory, perCpu, controller) {
                            @Override
                            public void makeReady(ThreadObject thread) {
                                super.makeReady(thread);
                                toFront(new ThreadQueue(memory, direct(GLOBALS_PHYSICAL) + GLOBALS_READY_QUEUES
                                        + (long) thread.priority() * READY_QUEUE_STRIDE), thread);
                            }
                        };
                    }
                }, "PROC-05"),
                lines("MUT-310", "a line's notification has the line's own bit, whatever it was bound with", (memory,
                        controller, perCpu) -> new Interrupts(memory, controller, perCpu) {
                            @Override
                            public void arrived(int line, ObjLongConsumer<EndpointObject> deliver) {
                                super.arrived(line, (endpoint, bits) -> deliver.accept(endpoint, 1L << line));
                            }
                        }, "IRQ-01"),
                lines("MUT-311", "an interrupt that a process has bound isn't delivered", (memory, controller,
                        perCpu) -> new Interrupts(memory, controller, perCpu) {
                            @Override
                            public void arrived(int line, ObjLongConsumer<EndpointObject> deliver) {
                                super.arrived(line, (endpoint, bits) -> {
                                });
                            }
                        }, "IRQ-01"),
                lines("MUT-312", "a second binding of a line replaces the first", (memory, controller,
                        perCpu) -> new Interrupts(memory, controller, perCpu) {
                            @Override
                            public void bind(Capability interrupt, Capability endpoint, long bits,
                                    ProcessObject holder) throws SyscallFailure {
                                long line = memory.load(interrupt.object() + INTERRUPT_LINE);
                                long bound = memory.load(LINES + 8 * line);
                                if (bound != 0) {
                                    forget(bound);
                                }
                                super.bind(interrupt, endpoint, bits, holder);
                            }
                        }, "IRQ-02"));
    }

    private static Mutant component(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.COMPONENT, design, clauses);
    }

    private static Mutant threads(String id, String breaks, Threading threading, String... clauses) {
        return component(id, breaks, new KernelDesign() {
            @Override
            public Threads threads(KernelMemory memory, KernelObjects objects, KernelStacks stacks,
                    Scheduler scheduler, PerCpu perCpu) {
                return threading.threads(memory, objects, stacks, scheduler, perCpu);
            }
        }, clauses);
    }

    private static Mutant lines(String id, String breaks, Lines lines, String... clauses) {
        return component(id, breaks, new KernelDesign() {
            @Override
            public Interrupts interrupts(KernelMemory memory, InterruptController controller, PerCpu perCpu) {
                return lines.interrupts(memory, controller, perCpu);
            }
        }, clauses);
    }

    private static Threading neverBlocking(int never) {
        return (memory, objects, stacks, scheduler, perCpu) -> new Threads(memory, objects, stacks, scheduler,
                perCpu) {
            @Override
            public void blockOn(ThreadObject thread, int reason, long endpoint, long capability) {
                if (reason != never) {
                    super.blockOn(thread, reason, endpoint, capability);
                }
            }
        };
    }

    private static void toFront(ThreadQueue queue, ThreadObject thread) {
        queue.remove(thread);
        queue.addFirst(thread);
    }
}
