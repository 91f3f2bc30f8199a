package ringspec.subject;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import ringspec.cpu.Cpu;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.debug.AddressSpace;
import ringspec.debug.AddressSpace.Page;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.mm.FrameKind;
import ringspec.machine.Machine;
import ringspec.subject.KernelView.Process;
import ringspec.trace.Trace;
import ringspec.trace.TraceEvent;

/** What holds on the whole machine after every scenario, whatever it was about. Read from memory, registers and trace. */
public final class Invariants {

    private final Machine machine;
    private final KernelView kernel;
    private final boolean kpti;

    /**
     * @param machine the machine
     * @param kernel its kernel
     * @param kpti whether the kernel isolates its page tables
     */
    public Invariants(Machine machine, KernelView kernel, boolean kpti) {
        this.machine = machine;
        this.kernel = kernel;
        this.kpti = kpti;
    }

    /**
     * Everything that doesn't hold, in words; empty if all is well.
     *
     * @param ring0Planted the scenario itself made ring 0 do something wrong, so that what ring 0 did is no evidence
     */
    public List<String> broken(boolean ring0Planted) {
        List<String> broken = new ArrayList<>();
        if (!ring0Planted) {
            faultsInRing0().forEach(text -> broken.add("INV-1: " + text));
            ring3State().forEach(text -> broken.add("INV-5: " + text));
            interruptEnds().forEach(text -> broken.add("INV-7: " + text));
        }
        LongFunction<AddressSpace> spaces = spaces();
        writableExecutablePages(spaces).forEach(text -> broken.add("INV-2: writable and executable: " + text));
        isolationGaps(spaces).forEach(text -> broken.add("INV-3: mapped while ring 3 runs: " + text));
        frameAccounts().forEach(text -> broken.add("INV-4: " + text));
        userMappings(spaces).forEach(text -> broken.add("INV-4: " + text));
        machine.trace().all(TraceEvent.TlbStaleUse.class).forEach(use -> broken.add("INV-6: stale translation used: "
                + use));
        return broken;
    }

    private List<String> faultsInRing0() {
        return machine.trace().all(TraceEvent.FaultTaken.class).stream().filter(fault -> fault.cpl() == 0)
                .map(fault -> "fault in ring 0: " + fault).toList();
    }

    private List<String> ring3State() {
        Cpu cpu = machine.cpu();
        List<String> wrong = new ArrayList<>();
        if (cpu.cpl() != 3) {
            return wrong;
        }
        check(wrong, "CS", cpu.segments[SegmentRegister.CS].selector, KernelLayout.USER_CS);
        check(wrong, "SS", cpu.segments[SegmentRegister.SS].selector, KernelLayout.USER_SS);
        check(wrong, "IF", cpu.flags.has(Rflags.IF) ? 1 : 0, 1);
        if (cpu.segments[SegmentRegister.GS].base < 0) {
            wrong.add("GS_BASE is the kernel's in ring 3: 0x%x".formatted(cpu.segments[SegmentRegister.GS].base));
        }
        return wrong;
    }

    private static void check(List<String> wrong, String what, long actual, long expected) {
        if (actual != expected) {
            wrong.add("%s is 0x%x in ring 3, expected 0x%x".formatted(what, actual, expected));
        }
    }

    /** Reads each PML4 once. */
    private LongFunction<AddressSpace> spaces() {
        Map<Long, AddressSpace> read = new HashMap<>();
        return cr3 -> read.computeIfAbsent(cr3, any -> new AddressSpace(machine.ram(), cr3));
    }

    /** Pages with W and X in any PML4 that the kernel has. */
    public List<String> writableExecutablePages() {
        return writableExecutablePages(spaces());
    }

    private List<String> writableExecutablePages(LongFunction<AddressSpace> spaces) {
        List<String> found = new ArrayList<>();
        for (long cr3 : pml4s()) {
            for (Page page : spaces.apply(cr3).pages()) {
                if (page.writable() && page.executable()) {
                    found.add("0x%x in the PML4 at 0x%x".formatted(page.linear(), cr3));
                }
            }
        }
        return found;
    }

    /** Pages of the upper half that the PML4 of ring 3 maps beyond the trampoline set. */
    public List<String> isolationGaps() {
        return isolationGaps(spaces());
    }

    private List<String> isolationGaps(LongFunction<AddressSpace> spaces) {
        List<String> found = new ArrayList<>();
        if (kpti) {
            TrampolineSet allowed = new TrampolineSet();
            for (Process process : kernel.processes()) {
                for (Page page : spaces.apply(process.userCr3()).upperHalf()) {
                    if (page.user() || !allowed.contains(page.linear(), process) || page.size() != KernelLayout.PAGE) {
                        found.add("process %d: 0x%x %s".formatted(process.id(), page.linear(), page.rights()));
                    }
                }
            }
        }
        return found;
    }

    /** User pages that lie in frames of the kernel: its image, its structures, its stacks, its page tables. */
    public List<String> userPagesInKernelFrames() {
        BitSet kernelFrames = kernel.frames().kernels();
        for (long cr3 : pml4s()) {
            new AddressSpace(machine.ram(), cr3).tableFrames().forEach(frame -> kernelFrames.set((int) (frame >>> 12)));
        }
        List<String> found = new ArrayList<>();
        for (Process process : kernel.processes()) {
            for (long cr3 : List.of(process.userCr3(), process.kernelCr3())) {
                for (Page page : new AddressSpace(machine.ram(), cr3).pages()) {
                    if (page.user() && kernelFrames.get((int) (page.physical() >>> 12))) {
                        found.add("process %d: 0x%x lies in frame 0x%x".formatted(process.id(), page.linear(),
                                page.physical()));
                    }
                }
            }
        }
        return found;
    }

    /** The allocator's bitmap, its counters and the table of owners agree. */
    private List<String> frameAccounts() {
        List<String> wrong = new ArrayList<>();
        BitSet free = kernel.frames().free();
        BitSet owned = kernel.frames().owned();
        long total = kernel.frames().total();
        if (free.cardinality() + owned.cardinality() != total) {
            wrong.add("%d free + %d owned frames, but there are %d".formatted(free.cardinality(), owned.cardinality(),
                    total));
        }
        if (free.cardinality() != kernel.frames().freeCount()) {
            wrong.add("the kernel counts %d free frames, its bitmap shows %d".formatted(kernel.frames().freeCount(),
                    free
                            .cardinality()));
        }
        BitSet both = (BitSet) free.clone();
        both.and(owned);
        if (!both.isEmpty()) {
            wrong.add("frames that are free and owned: " + both);
        }
        return wrong;
    }

    /** Every page of a user half lies in a frame that is meant for that, and is counted there; both PML4s of a process agree. */
    private List<String> userMappings(LongFunction<AddressSpace> spaces) {
        List<String> wrong = new ArrayList<>();
        BitSet user = kernel.frames().of(FrameKind.USER);
        Map<Integer, Long> mappings = new HashMap<>();
        for (Process process : kernel.processes()) {
            List<Page> pages = spaces.apply(process.userCr3()).lowerHalf();
            for (Page page : pages) {
                mappings.merge((int) (page.physical() >>> 12), 1L, Long::sum);
                if (!user.get((int) (page.physical() >>> 12))) {
                    wrong.add("process %d maps the frame 0x%x at 0x%x, which is not for users".formatted(process.id(),
                            page.physical(), page.linear()));
                }
            }
            if (!places(pages).equals(places(spaces.apply(process.kernelCr3()).lowerHalf()))) {
                wrong.add("the two PML4s of process %d map other user pages".formatted(process.id()));
            }
        }
        user.stream().filter(frame -> kernel.frames().mappings(frame) != mappings.getOrDefault(frame, 0L))
                .forEach(frame -> wrong.add("frame 0x%x is mapped %d times, but %d are counted".formatted(
                        (long) frame << 12, mappings.getOrDefault(frame, 0L), kernel.frames().mappings(frame))));
        return wrong;
    }

    private static Map<Long, Long> places(List<Page> pages) {
        return pages.stream().collect(Collectors.toMap(Page::linear, Page::physical));
    }

    /** Each interrupt in service was ended once, the latest first, before the way back to ring 3. */
    private List<String> interruptEnds() {
        List<String> wrong = new ArrayList<>();
        Deque<Integer> inService = new ArrayDeque<>();
        for (Trace.Stamped stamped : machine.trace().events()) {
            switch (stamped.event()) {
                case TraceEvent.InterruptInService taken -> inService.push(taken.vector());
                case TraceEvent.EndOfInterrupt end -> {
                    if (inService.isEmpty() || inService.pop() != end.vector()) {
                        wrong.add("at %d: %s, but another vector was in service, or none".formatted(stamped.time(),
                                end));
                    }
                }
                case TraceEvent.InterruptReturn back when (back.cs() & 3) == 3 -> drain(inService, stamped, wrong);
                case TraceEvent.Sysret back -> drain(inService, stamped, wrong);
                default -> {
                }
            }
        }
        // One may still be in service if the machine stands in its handler.
        boolean handling = machine.cpu().cpl() == 0 && !machine.cpu().halted && inService.size() == 1;
        if (!inService.isEmpty() && !handling) {
            wrong.add("no end of interrupt for " + inService);
        }
        return wrong;
    }

    /** What is still in service on the way to ring 3 has not been ended. */
    private static void drain(Deque<Integer> inService, Trace.Stamped back, List<String> wrong) {
        inService.forEach(vector -> wrong.add("at %d: no end of interrupt for vector %d".formatted(back.time(),
                vector)));
        inService.clear();
    }

    private Set<Long> pml4s() {
        Set<Long> all = new TreeSet<>();
        all.add(kernel.bootPml4());
        for (Process process : kernel.processes()) {
            all.add(process.kernelCr3());
            all.add(process.userCr3());
        }
        return all;
    }
}
