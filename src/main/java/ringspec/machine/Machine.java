package ringspec.machine;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import ringspec.cpu.Cpu;
import ringspec.cpu.NotEmulatedException;
import ringspec.cpu.ProcessorModel;
import ringspec.cpu.RandomSource;
import ringspec.cpu.Rflags;
import ringspec.device.ExitPort;
import ringspec.device.IoApic;
import ringspec.device.LocalApic;
import ringspec.device.MmioSpace;
import ringspec.device.PortSpace;
import ringspec.device.Uart16550;
import ringspec.engine.Breakpoints;
import ringspec.engine.Engine;
import ringspec.engine.Interpreter;
import ringspec.engine.RecentInstruction;
import ringspec.memory.PhysicalMemory;
import ringspec.trace.Trace;

/**
 * One processor with its local APIC, RAM, an I/O APIC, a serial port at COM1, an exit port at 0xF4, the devices of its board, and
 * a trace.
 *
 * <p>Virtual time is the number of instructions completed; nothing else passes. The time-stamp counter and the local APIC's timer
 * count it, too; the board's devices take one for a nanosecond. What is due at the same time happens in this order: the local
 * APIC's timer, the board's devices, then what was scheduled, as it was. Not
 * thread-safe, but forks may run on different threads at the same time.
 */
public final class Machine {

    /** RAM unless asked otherwise: 32 MiB. */
    public static final long DEFAULT_RAM = 32L << 20;

    /**
     * What a machine is made of.
     *
     * @param model the processor
     * @param ramSize bytes, a positive multiple of 4096
     * @param engine makes the engine of a machine; forks get one of their own
     * @param board the devices besides
     * @param seed what RDRAND and RDSEED start from
     */
    public record Config(ProcessorModel model, long ramSize, Supplier<? extends Engine> engine, Board board,
            long seed) {

        /** A machine without further devices and with {@link RandomSource#DEFAULT_SEED}. */
        public Config(ProcessorModel model, long ramSize, Supplier<? extends Engine> engine) {
            this(model, ramSize, engine, new Board.Bare(), RandomSource.DEFAULT_SEED);
        }

        /** The same with another sequence of random numbers. */
        public Config withSeed(long other) {
            return new Config(model, ramSize, engine, board, other);
        }

        /** A processor model with {@link #DEFAULT_RAM} and the interpreter. */
        public static Config of(ProcessorModel model) {
            return new Config(model, DEFAULT_RAM, Interpreter::new);
        }

        /** The same with another board. */
        public Config with(Board other) {
            return new Config(model, ramSize, engine, other, seed);
        }
    }

    private final Config config;
    private final Engine engine;
    private final Trace trace = new Trace();
    private final PhysicalMemory ram;
    private final Cpu cpu;
    private final PortSpace ports = new PortSpace();
    private final MmioSpace mmio = new MmioSpace();
    private final ByteArrayOutputStream serial = new ByteArrayOutputStream();
    private final Uart16550 uart;
    private final InterruptSystem interrupts;
    /** Null on a bare board. */
    private final PcBoard pc;
    private final Agenda agenda = new Agenda();
    private final Breakpoints breakpoints = new Breakpoints();
    private OptionalInt exitCode = OptionalInt.empty();
    /** The guest switched the machine off, reset it, or did what is not emulated. */
    private Stop ended;
    private boolean stopAsked;

    /** A machine with zeroed RAM and a processor that has yet to be given a state. */
    public Machine(Config config) {
        this(config, new PhysicalMemory(config.ramSize()));
    }

    private Machine(Config config, PhysicalMemory ram) {
        this.config = config;
        this.engine = config.engine().get();
        this.ram = ram;
        this.cpu = new Cpu(config.model(), ram, ports, trace);
        cpu.random.seed(config.seed());
        this.interrupts = new InterruptSystem(cpu, this::leaveEngine);
        this.uart = new Uart16550(serial::write, this::setSerialInterrupt);
        cpu.interrupts = interrupts;
        cpu.mmio = new LocalApicBus(cpu, interrupts.localApic(), mmio);
        mmio.attach(IoApic.BASE, IoApic.SIZE, interrupts.ioApic());
        ports.attach(Uart16550.COM1, Uart16550.COUNT, uart);
        ports.attach(ExitPort.PORT, ExitPort.COUNT, new ExitPort(this::exit));
        this.pc = switch (config.board()) {
            case Board.Bare bare -> null;
            case Board.Pc(var date) -> new PcBoard(date, ram.size(), () -> cpu.instructions, interrupts, this::end);
        };
        if (pc != null) {
            pc.attach(ports);
        }
    }

    private void setSerialInterrupt(boolean high) {
        if (pc != null) {
            pc.setLine(Uart16550.IRQ, high);
        } else {
            interrupts.ioApic().setInput(Uart16550.IRQ, high);
        }
    }

    private void end(Stop reason) {
        ended = reason;
        leaveEngine();
    }

    private void exit(int code) {
        exitCode = OptionalInt.of(code);
        leaveEngine();
    }

    private void leaveEngine() {
        cpu.stopRequested = true;
        cpu.stopBlock = true;
    }

    /** What the machine was made of. */
    public Config config() {
        return config;
    }

    /** The processor. */
    public Cpu cpu() {
        return cpu;
    }

    /** Physical memory. */
    public PhysicalMemory ram() {
        return ram;
    }

    /** What happened since the machine was made or forked. */
    public Trace trace() {
        return trace;
    }

    /** The serial port at COM1. */
    public Uart16550 uart() {
        return uart;
    }

    /** The processor's local APIC. */
    public LocalApic localApic() {
        return interrupts.localApic();
    }

    /** The I/O APIC. COM1 is wired to its input 4, on a PC its timers to 2 and 8, the others are for {@link #raiseLine}. */
    public IoApic ioApic() {
        return interrupts.ioApic();
    }

    /** The port space. Devices attached here by others are not carried over to forks. */
    public PortSpace ports() {
        return ports;
    }

    /** Physical addresses outside RAM. Devices attached here by others are not carried over to forks. */
    public MmioSpace mmio() {
        return mmio;
    }

    /**
     * Up to {@code limit} instructions that this machine executed last, the oldest first; the last one may have faulted. A fork
     * has executed none yet.
     */
    public List<RecentInstruction> recentInstructions(int limit) {
        return engine.recentInstructions(cpu, limit);
    }

    /** Every byte that the guest has sent through the serial port, those before a fork included. */
    public byte[] serialOutput() {
        return serial.toByteArray();
    }

    /** The code that the guest wrote to the exit port, if it did. */
    public OptionalInt exitCode() {
        return exitCode;
    }

    /** Turns instruction and memory events on or off; the machine does the same either way, only slower. */
    public void traceDetail(boolean on) {
        trace.detail = on;
        cpu.memory.contextChanged();
    }

    /** Stops before the instruction at a linear address, whatever the address space. */
    public void addBreakpoint(long linear) {
        breakpoints.add(linear);
    }

    /** Takes a breakpoint away. */
    public void removeBreakpoint(long linear) {
        breakpoints.remove(linear);
    }

    /**
     * A maskable interrupt arrives now. If the local APIC is enabled, in IA32_APIC_BASE and SVR, it is an edge-triggered message
     * to it, which wants an EOI; otherwise it goes to the processor's INTR pin, as from an external controller: masked by
     * RFLAGS.IF and CR8 alone and without an EOI. So kernels that never program the APIC can be interrupted, too.
     *
     * @param vector 16 to 255
     */
    public void injectInterrupt(int vector) {
        interrupts.inject(vector);
    }

    /** Requests a non-maskable interrupt now. */
    public void injectNmi() {
        interrupts.requestNmi();
    }

    /**
     * An input of the I/O APIC changes its level now.
     *
     * @param input 0 to 23
     * @param high the electrical level; whether that is active is for the redirection entry's polarity to say
     */
    public void raiseLine(int input, boolean high) {
        interrupts.ioApic().setInput(input, high);
    }

    /**
     * Does {@link #injectInterrupt} at a virtual time.
     *
     * @param time instructions completed since reset; at once if that is past
     * @param vector 16 to 255
     */
    public void scheduleInterrupt(long time, int vector) {
        InterruptQueue.requireVector(vector);
        schedule(time, new Agenda.Event.Interrupt(vector));
    }

    /** Requests a non-maskable interrupt at a virtual time. */
    public void scheduleNmi(long time) {
        schedule(time, new Agenda.Event.Nmi());
    }

    /** Does {@link #raiseLine} at a virtual time. */
    public void scheduleLine(long time, int input, boolean high) {
        IoApic.requireInput(input);
        schedule(time, new Agenda.Event.Line(input, high));
    }

    /**
     * Bytes arrive at the serial port from a virtual time on, the next whenever the receiver has room, so that none is lost.
     *
     * @param time instructions completed since reset; at once if that is past
     */
    public void scheduleSerialInput(long time, byte[] bytes) {
        schedule(time, new Agenda.Event.SerialInput(bytes.clone()));
    }

    /** The engine is left, since it runs up to what was the next entry: handlers that it calls may schedule, too. */
    private void schedule(long time, Agenda.Event event) {
        agenda.add(new Agenda.Entry(time, event));
        leaveEngine();
    }

    /** Makes {@link #run} return before the next instruction; for handlers that are called from within it. */
    public void requestStop() {
        stopAsked = true;
        leaveEngine();
    }

    /**
     * Runs until something stops the machine. From a breakpoint it goes on past it.
     *
     * @param limit instructions to complete at most
     */
    public Stop run(long limit) {
        long until = cpu.instructions + limit < 0 ? Long.MAX_VALUE : cpu.instructions + limit;
        cpu.memory.contextChanged();
        boolean atStart = true;
        while (true) {
            Stop stop = reasonToStop(until);
            if (stop != null) {
                return stop;
            }
            if (!atStart && breakpoints.contains(cpu.linearRip()) && !cpu.halted) {
                return new Stop.Breakpoint(cpu.rip);
            }
            fireDue();
            if (cpu.halted && !isWakeable()) {
                if (nextWakingTime() == Long.MAX_VALUE) {
                    return new Stop.Halted(cpu.rip);
                }
                cpu.instructions = Math.min(until, nextTime());
            } else {
                advance(Math.min(until, nextTime()));
                atStart = false;
            }
        }
    }

    private void advance(long until) {
        cpu.stopRequested = false;
        try {
            engine.run(cpu, until, breakpoints);
        } catch (NotEmulatedException e) {
            ended = new Stop.NotEmulated(cpu.rip, e.getMessage());
        }
    }

    private Stop reasonToStop(long until) {
        if (exitCode.isPresent()) {
            return new Stop.Exited(exitCode.getAsInt());
        }
        if (ended != null) {
            return ended;
        }
        if (cpu.shutdown) {
            return new Stop.TripleFault(cpu.rip);
        }
        if (stopAsked) {
            stopAsked = false;
            return new Stop.Requested(cpu.rip);
        }
        return cpu.instructions >= until ? new Stop.BudgetExhausted(cpu.instructions) : null;
    }

    /**
     * Completes one instruction, or delivers one fault or interrupt, whatever the breakpoints. Where that is not emulated, nothing
     * happens, and {@link #run} says so from then on.
     */
    public void step() {
        cpu.memory.contextChanged();
        fireDue();
        cpu.stopRequested = false;
        try {
            engine.step(cpu);
        } catch (NotEmulatedException e) {
            ended = new Stop.NotEmulated(cpu.rip, e.getMessage());
        }
    }

    private boolean isWakeable() {
        // A shadow doesn't outlast HLT; should one be there, the engine would let nothing in.
        return !cpu.interruptShadow && (cpu.nmiPending && !cpu.nmiBlocked || (cpu.flags.has(Rflags.IF)
                || cpu.maskedInterruptEndsWait) && interrupts.isPending());
    }

    /** When something happens that no instruction does; {@link Long#MAX_VALUE} if never. */
    private long nextTime() {
        return Math.min(Math.min(agenda.nextTime(), interrupts.localApic().timerDue()), pc == null ? Long.MAX_VALUE : pc
                .due());
    }

    /** The next time at which a halted processor could wake: the board's devices can't wake one that takes no interrupts. */
    private long nextWakingTime() {
        boolean takesInterrupts = cpu.flags.has(Rflags.IF) || cpu.maskedInterruptEndsWait || interrupts.canBecomeNmi();
        return takesInterrupts ? nextTime() : Math.min(agenda.nextTime(), interrupts.localApic().timerDue());
    }

    private void fireDue() {
        if (interrupts.localApic().timerDue() <= cpu.instructions) {
            interrupts.localApic().timerExpired();
        }
        if (pc != null && pc.due() <= cpu.instructions) {
            pc.fire();
        }
        agenda.fireUntil(cpu.instructions, entry -> fire(entry.event()));
    }

    private void fire(Agenda.Event event) {
        switch (event) {
            case Agenda.Event.Interrupt(int vector) -> injectInterrupt(vector);
            case Agenda.Event.Nmi() -> injectNmi();
            case Agenda.Event.Line(int input, boolean high) -> raiseLine(input, high);
            case Agenda.Event.SerialInput(byte[] bytes) -> uart.feed(bytes);
        }
    }

    /**
     * A second machine in the same state, sharing RAM copy-on-write. Its trace is empty, with the same detail; the hypercall
     * handler, which has a state of its own, must be set anew.
     */
    public Machine fork() {
        Machine fork = new Machine(config, ram.fork());
        fork.copyStateFrom(this);
        return fork;
    }

    /**
     * Goes back to the state of a fork that was made earlier and has not run since. Trace and hypercall handler stay; the fork
     * can be restored again.
     */
    public void restore(Machine snapshot) {
        ram.shareFrom(snapshot.ram);
        copyStateFrom(snapshot);
    }

    private void copyStateFrom(Machine other) {
        trace.detail = other.trace.detail;
        cpu.copyStateFrom(other.cpu);
        uart.copyFrom(other.uart);
        serial.reset();
        serial.writeBytes(other.serial.toByteArray());
        interrupts.copyFrom(other.interrupts);
        if (pc != null) {
            pc.copyFrom(other.pc);
        }
        agenda.copyFrom(other.agenda);
        breakpoints.copyFrom(other.breakpoints);
        exitCode = other.exitCode;
        ended = other.ended;
        stopAsked = false;
    }
}
