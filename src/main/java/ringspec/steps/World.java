package ringspec.steps;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.opentest4j.TestAbortedException;
import ringspec.cpu.Cpu;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;
import ringspec.debug.AddressSpace;
import ringspec.debug.Descriptor;
import ringspec.debug.MachineView;
import ringspec.debug.RegionName;
import ringspec.debug.Registers;
import ringspec.elf.ElfImage;
import ringspec.elf.LoadPolicy;
import ringspec.isa.assembler.Assembler;
import ringspec.kernel.KernelContract;
import ringspec.kernel.KernelImage;
import ringspec.kernel.KernelLayout;
import ringspec.machine.Machine;
import ringspec.paging.PageTableEntry;
import ringspec.paging.Walk;
import ringspec.steps.ParameterTypes.PageTables;
import ringspec.subject.BareMachine;
import ringspec.subject.Invariants;
import ringspec.subject.KernelView;
import ringspec.subject.KernelView.Process;
import ringspec.subject.NamedElf;
import ringspec.subject.Offer;
import ringspec.subject.Subject;
import ringspec.subject.TrampolineSet;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/**
 * What the steps of one scenario share: its machine, forked from a booted one when the first step needs it, and what was
 * remembered. Steps look at the machine as a debugger does.
 */
public final class World {

    private final Programs programs = new Programs();
    private final Runner runner = new Runner(this);
    private ProcessorModel model;
    private SubjectUnderTest subject;
    private SubjectUnderTest.Started started;
    private BareMachine bare;
    private ElfImage image;
    private ProgramFile file;
    private Map<String, Long> remembered;
    private final Map<Long, Process> known = new TreeMap<>();
    private boolean kpti = true;
    private OptionalLong aslrSeed = OptionalLong.empty();
    private long instructionsAtStart;
    private boolean ring3Entered;
    private long firstRip;
    private long otherTraces;
    private long otherEvents;
    private boolean poison;
    private int poisonValue;
    private boolean faultInRing0Expected;

    /** The scenario's own, on the subject of the thread if one was set. */
    public World() {
        CurrentSubject.get().ifPresent(current -> {
            model = current.configuration().model();
            kpti = current.configuration().kpti();
            aslrSeed = current.configuration().aslrSeed();
        });
    }

    /** Called by the suite's hook before anything else. */
    public void useModel(ProcessorModel processorModel) {
        model = processorModel;
    }

    /** Called by the suite's hook before anything else, if the kernel is to run without KPTI. */
    public void useKpti(boolean on) {
        kpti = on;
    }

    /** The kernel chooses addresses by a seed in this scenario. */
    void useAslr(long seed) {
        aslrSeed = OptionalLong.of(seed);
        subject = null;
    }

    ProcessorModel model() {
        return model;
    }

    Programs programs() {
        return programs;
    }

    Runner runner() {
        return runner;
    }

    /** The kernel under test, booted once for all scenarios of a model. */
    SubjectUnderTest subject() {
        if (subject == null) {
            subject = SubjectUnderTest.on(model, kpti, aslrSeed);
        }
        return subject;
    }

    boolean kpti() {
        return kpti;
    }

    /** True once a step has needed the machine. */
    boolean hasMachine() {
        return bare != null || started != null;
    }

    /**
     * Skips the scenario if it needs what the subject doesn't have.
     *
     * @throws TestAbortedException with the reason
     */
    void require(Offer offer) {
        Subject current = SubjectUnderTest.current();
        if (!current.offers().contains(offer)) {
            throw new TestAbortedException("%s %s".formatted(current.name(), offer.absence()));
        }
    }

    boolean offers(Offer offer) {
        return SubjectUnderTest.current().offers().contains(offer);
    }

    SubjectUnderTest.Started started() {
        if (started == null && !offers(Offer.PROGRAM)) {
            started = subject().start(List.of());
        } else if (started == null) {
            List<NamedElf> modules = programs.modules();
            image = subject().configuration().aslrSeed().isEmpty() ? Programs.image(modules.getFirst())
                    : ElfImage.parse(modules.getFirst().bytes(), LoadPolicy.WITH_ASLR).orThrow();
            file = new ProgramFile(modules.getFirst().bytes());
            started = subject().start(modules);
            programs.scheduleInput(started.machine());
            instructionsAtStart = started.machine().cpu().instructions;
            if (poison) {
                require(Offer.CONTRACT);
                started.booted().fillFreeMemory(poisonValue);
            }
        }
        return started;
    }

    /** The scenario's machine; made when it is first asked for. */
    public Machine machine() {
        return bare != null ? bare.machine() : started().machine();
    }

    /** A machine that a step ran to its end beside the scenario's own: what it did counts in the scenario's trace hash. */
    void alsoRan(Machine other) {
        otherTraces = 31 * otherTraces + other.trace().hash();
        otherEvents += other.trace().count();
    }

    /** Whether a step has made a machine run at all. */
    boolean hasRun() {
        // A kernel from a file has run up to ring 3 when the machine is handed over.
        return otherEvents > 0 || ring3Entered || hasMachine() && cpu().instructions > instructionsAtStart;
    }

    /** A hash of all that the scenario's machines did: two runs of the same scenario give the same. */
    String traceHash() {
        long hash = otherTraces;
        long events = otherEvents;
        if (hasMachine()) {
            hash = 31 * hash + trace().hash();
            events += trace().count();
        }
        return "%016x over %d events".formatted(hash, events);
    }

    Cpu cpu() {
        return machine().cpu();
    }

    Trace trace() {
        return machine().trace();
    }

    Registers registers() {
        return new Registers(cpu());
    }

    KernelView kernel() {
        require(Offer.STRUCTURES);
        return started().view();
    }

    Invariants invariants() {
        require(Offer.STRUCTURES);
        return started().invariants();
    }

    TrampolineSet trampolineSet() {
        return new TrampolineSet();
    }

    long kernelSymbol(String name) {
        require(Offer.STRUCTURES);
        return started().symbols().value(name);
    }

    /** A label of init, or a constant of the contract. */
    long programSymbol(String name) {
        if (bare != null) {
            Long value = bare.symbols().get(name);
            if (value == null) {
                throw new IllegalArgumentException("the program has no label \"%s\"; it has %s".formatted(name,
                        new TreeMap<>(bare.symbols()).keySet()));
            }
            return value;
        }
        require(Offer.PROGRAM);
        machine();
        Optional<Long> label = image.symbols().addressOf(name);
        if (label.isPresent()) {
            return label.get();
        }
        Long constant = KernelContract.constants().get(name);
        if (constant == null) {
            throw new IllegalArgumentException("init has no label \"%s\"; it has %s".formatted(name,
                    image.symbols().symbols().stream().map(symbol -> symbol.name()).sorted().toList()));
        }
        return constant;
    }

    /** Init's file as the product reads it: for names of addresses. */
    ElfImage image() {
        require(Offer.PROGRAM);
        machine();
        return image;
    }

    /** Init's file, read afresh: for what the loader should have made of it. */
    ProgramFile file() {
        require(Offer.PROGRAM);
        machine();
        if (file.isPositionIndependent() && hasEnteredRing3()) {
            return file.loadedAt(addressSpace(PageTables.USER).lowerHalf().getFirst().linear());
        }
        return file;
    }

    /** The first address above init's stack: USER_MAX, unless the kernel was told to choose it. */
    long stackTop() {
        return subject().configuration().aslrSeed().isEmpty() ? KernelLayout.USER_MAX
                : addressSpace(PageTables.USER).lowerHalf().getLast().last() + 1;
    }

    /** A machine without a kernel takes the place of the kernel's: the scenario is about the processor alone. */
    void useBareMachine(String program) {
        bare = BareMachine.with(model, program);
    }

    /** The machine without a kernel. */
    BareMachine bare() {
        if (bare == null) {
            throw new IllegalStateException(
                    "this step is about the processor alone: say 'Given the processor in ring 0 with the program' first");
        }
        return bare;
    }

    /** What RDMSR in ring 0 gives, executed in place of the entry's code on a fork of the machine, so that nothing here changes. */
    long rdmsr(int number) {
        Machine fork = machine().fork();
        Registers registers = new Registers(fork.cpu());
        long place = registers.msr("LSTAR");
        if (!new MachineView(fork).walk(fork.cpu().cr3, place).isMapped()) {
            throw new AssertionError("MSR LSTAR = 0x%x is not mapped".formatted(place));
        }
        registers.enterRing0((int) (registers.msr("STAR") >>> 32 & 0xFFFC));
        new MachineView(fork).write(fork.cpu().cr3, place, Assembler.assembleAt(place, "rdmsr"));
        registers.set("RIP", place);
        registers.set("RCX", number);
        fork.step();
        if (registers.get("RIP") != place + 2) {
            throw new AssertionError("RDMSR of 0x%x in ring 0 faults".formatted(number));
        }
        return registers.get("RDX") << 32 | registers.get("RAX");
    }

    /** The label before an address and the distance to it; null if there is none. */
    String nameOf(long address) {
        if (bare != null) {
            return bare.symbols().entrySet().stream().filter(symbol -> symbol.getValue() == address)
                    .map(Map.Entry::getKey).findFirst().orElse(null);
        }
        if (!offers(address < 0 ? Offer.STRUCTURES : Offer.PROGRAM)) {
            return null;
        }
        return (address < 0 ? started().symbols().locate(address) : image().symbols().locate(address)).orElse(null);
    }

    /** A label of the one child program that the scenario has. */
    long childSymbol(String name) {
        return Programs.image(programs.onlyChild()).symbols().addressOf(name)
                .orElseThrow(() -> new IllegalArgumentException("the child program has no label \"%s\"".formatted(
                        name)));
    }

    /** What ranges of a process's address space are for. */
    List<RegionName> regionNames(Process process) {
        KernelImage kernelImage = started().booted().kernel().image();
        return process.id() == 1 ? RegionName.all(image(), kernelImage) : RegionName.ofKernel(kernelImage);
    }

    /** What happened, for messages: the first few faults and the serial output. */
    String faultsAndOutput() {
        return "the processor took the faults %s; serial output: \"%s\"".formatted(faultsTaken(), serial().strip());
    }

    /** The first few exceptions. */
    List<String> faultsTaken() {
        return trace().all(TraceEvent.FaultTaken.class).stream().limit(4).map(TraceSteps::text).toList();
    }

    String serial() {
        return new String(machine().serialOutput(), java.nio.charset.StandardCharsets.UTF_8);
    }

    void rememberRegisters() {
        remembered = registers().snapshot();
    }

    Map<String, Long> remembered() {
        if (remembered == null) {
            throw new IllegalStateException("no registers were remembered: say 'the registers are remembered' first");
        }
        return remembered;
    }

    void poisonFreeMemory(int value) {
        poison = true;
        poisonValue = value;
    }

    /** Ring 3 runs for the first time: processes are looked up now, since one that ends leaves the kernel's list. */
    void enteredRing3() {
        ring3Entered = true;
        firstRip = cpu().rip;
        if (!offers(Offer.STRUCTURES)) {
            return;
        }
        kernel().processes().forEach(process -> known.put(process.id(), process));
    }

    /** What to tell of a kernel from a file whose ring 3 doesn't begin with the program that it got; empty if it does. */
    Optional<String> otherProgram() {
        return offers(Offer.STRUCTURES) || image == null || !ring3Entered || firstRip == image.entry()
                ? Optional.empty()
                : Optional.of(
                        ("ring 3 began at RIP 0x%x, not at e_entry = 0x%x of the kernel's first module: if the kernel "
                                + "has a program of its own, say --own-program").formatted(firstRip, image.entry()));
    }

    boolean hasEnteredRing3() {
        return ring3Entered;
    }

    /** A process by its number; one that has ended as it was when it was last looked up. */
    Process process(int number) {
        kernel().processes().forEach(process -> known.put(process.id(), process));
        Process process = known.get((long) number);
        if (process == null) {
            throw new AssertionError("there is no process %d; known are %s; serial output: \"%s\"".formatted(number,
                    known.keySet(), serial()));
        }
        return process;
    }

    /** True if CR3 is that of a process in ring 3; false too while there is no such process yet. */
    boolean isUserCr3(int process, long cr3) {
        if (process == 1 && !offers(Offer.STRUCTURES)) {
            // It has one program, so that ring 3 is its.
            return true;
        }
        kernel().processes().forEach(p -> known.put(p.id(), p));
        Process found = known.get((long) process);
        return found != null && found.userCr3() == cr3;
    }

    Process currentProcess() {
        return kernel().currentProcess().orElseThrow(() -> new AssertionError(
                "CR3 = 0x%x is no process's".formatted(cpu().cr3)));
    }

    AddressSpace addressSpace(PageTables tables) {
        Process process = currentProcess();
        return addressSpace(tables == PageTables.USER ? process.userCr3() : process.kernelCr3());
    }

    AddressSpace addressSpace(long cr3) {
        return new AddressSpace(machine().ram(), cr3);
    }

    /** Memory of the running process, by its user page tables. */
    byte[] readUser(long address, int length) {
        return read(offers(Offer.STRUCTURES) ? currentProcess().userCr3() : cpu().cr3, address, length);
    }

    /** What isn't mapped is the subject's fault. */
    private byte[] read(long cr3, long address, int length) {
        try {
            return new MachineView(machine()).read(cr3, address, length);
        } catch (IllegalArgumentException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    long readUser64(long address) {
        return java.nio.ByteBuffer.wrap(readUser(address, 8)).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** 8 bytes by the page tables in use, which need no rights. */
    long read64(long address) {
        return java.nio.ByteBuffer.wrap(read(cpu().cr3, address, 8))
                .order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    }

    /** What the page tables in use map. */
    AddressSpace addressSpace() {
        return addressSpace(cpu().cr3);
    }

    Descriptor descriptor(int selector) {
        return new Descriptor(selector, read64(cpu().gdtrBase + (selector & ~7)));
    }

    List<Descriptor> descriptors() {
        return LongStream.rangeClosed(1, cpu().gdtrLimit / 8).mapToObj(i -> descriptor((int) (8 * i)))
                .filter(Descriptor::isCodeOrData).toList();
    }

    /** Linear addresses of all pages that the TLB holds translations of, in hexadecimal. */
    List<String> translations() {
        return new MachineView(machine()).tlb().stream().map(t -> "0x%x".formatted(t.linear())).toList();
    }

    /** Linear addresses of the global translations that the TLB holds. */
    List<Long> globalTranslations() {
        return new MachineView(machine()).tlb().stream().filter(t -> t.global()).map(t -> t.linear()).toList();
    }

    long lowestKernelStackAddress(int process) {
        return process(process).stackTops().getFirst() - (long) KernelLayout.KERNEL_STACK_PAGES * KernelLayout.PAGE;
    }

    /** Makes a user page executable and read-only, in memory, followed by INVLPG. */
    void makeUserPageExecutable(long address) {
        Walk walk = new MachineView(machine()).walk(currentProcess().userCr3(), address);
        long leaf = walk.steps().getLast().address();
        machine().ram().write64(leaf, machine().ram().read64(leaf) & ~(PageTableEntry.NX | PageTableEntry.RW));
        cpu().memory.invlpg(address);
    }

    void fillVectorRegisters() {
        for (int i = 0; i < cpu().xmm.length; i++) {
            cpu().xmm[i] = 0x0123_4567_89AB_CDEFL * (i + 1);
            cpu().ymmHigh[i] = model.has(Feature.AVX) ? 0x0FED_CBA9_8765_4321L * (i + 1) : 0;
        }
    }

    /** Overwrites the instruction that is next, in memory, and sets RBX. */
    void plant(String instruction, long rbx) {
        new MachineView(machine()).write(cpu().cr3, cpu().rip, Assembler.assembleAt(cpu().rip, instruction));
        registers().set("RBX", rbx);
        expectFaultInRing0();
    }

    /** As if the kernel had jumped there by mistake. */
    void executeInRing0(long address, PageTables tables) {
        Process process = currentProcess();
        registers().set("CR3", tables == PageTables.USER ? process.userCr3() : process.kernelCr3());
        registers().enterRing0(KernelLayout.KERNEL_CS);
        registers().set("RSP", kernel().rsp0());
        registers().set("RIP", address);
        expectFaultInRing0();
    }

    List<Long> writesBelowKernelStack(int process) {
        long lowest = lowestKernelStackAddress(process);
        return trace().all(TraceEvent.MemoryWrite.class).stream().map(TraceEvent.MemoryWrite::linear)
                .filter(linear -> linear < lowest && linear >= lowest - KernelLayout.KERNEL_STACK_STRIDE).toList();
    }

    void requireFeature(String name) {
        if (!Features.has(model, name)) {
            throw new TestAbortedException("the processor model %s has no %s".formatted(model.name(), name));
        }
    }

    /** The scenario broke something in ring 0 on purpose, so invariant INV-1 does not apply. */
    void expectFaultInRing0() {
        faultInRing0Expected = true;
    }

    boolean isFaultInRing0Expected() {
        return faultInRing0Expected;
    }
}
