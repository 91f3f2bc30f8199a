package ringspec.engine;

import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.DebugConditions;
import ringspec.cpu.EventDelivery;
import ringspec.cpu.Fault;
import ringspec.cpu.InterruptSource;
import ringspec.cpu.NotEmulatedException;
import ringspec.cpu.Rflags;
import ringspec.cpu.SegmentRegister;
import ringspec.cpu.exec.Operation;
import ringspec.cpu.exec.OperationBinder;
import ringspec.isa.CodeSize;
import ringspec.isa.Instruction;
import ringspec.isa.Repeat;
import ringspec.memory.Frame;
import ringspec.trace.TraceEvent;
import ringspec.trace.TraceEvent.InterruptTaken.Source;

/**
 * Runs pre-decoded blocks, one virtual call per instruction.
 *
 * <p>Between blocks it looks for what may come between two instructions: interrupts, NMI, single step, instruction breakpoints.
 * Whatever could make one of them arise within a block ends the block or sets {@link Cpu#stopBlock}, so that every event comes at
 * the exact instruction, however the code is cut into blocks. The delivery of a fault or interrupt takes one instruction's virtual
 * time, so that time goes on even where a handler faults at once, for ever.
 */
public final class Interpreter implements Engine {

    private final BlockCache blocks;
    private final History history = new History();

    /** An engine for one machine. */
    public Interpreter() {
        this(OperationBinder.FAITHFUL);
    }

    /** An engine for one machine whose instructions have other semantics. Machines that share memory must have the same. */
    public Interpreter(OperationBinder semantics) {
        blocks = new BlockCache(semantics);
    }

    @Override
    public void run(Cpu cpu, long untilInstructions, Breakpoints breakpoints) {
        boolean atStart = true;
        while (cpu.instructions < untilInstructions && !cpu.stopRequested && !cpu.shutdown) {
            if (!atStart && !cpu.halted && breakpoints.contains(cpu.linearRip())) {
                return;
            }
            atStart = false;
            if (takeInterrupt(cpu)) {
                continue;
            }
            if (isWaiting(cpu)) {
                return;
            }
            if (needsCare(cpu)) {
                executeOne(cpu);
            } else if (cpu.codeBits() == 64) {
                executeBlocks(cpu, untilInstructions, breakpoints);
            } else {
                executeLegacyBlocks(cpu, untilInstructions, breakpoints);
            }
        }
    }

    @Override
    public void step(Cpu cpu) {
        if (!cpu.shutdown && !takeInterrupt(cpu) && !isWaiting(cpu)) {
            executeOne(cpu);
        }
    }

    @Override
    public List<RecentInstruction> recentInstructions(Cpu cpu, int limit) {
        return history.recent(cpu, limit);
    }

    /** Something must be looked at after each single instruction. */
    private static boolean needsCare(Cpu cpu) {
        return cpu.flags.has(Rflags.TF | Rflags.RF) || cpu.interruptShadow || cpu.trace.detail || DebugConditions.any(
                cpu) || cpu.pendingDebug != 0;
    }

    /** Delivers a pending NMI or maskable interrupt if it is let in (SDM vol. 3A, 6.8.1 and 6.9). */
    private static boolean takeInterrupt(Cpu cpu) {
        if (cpu.interruptShadow) {
            return false;
        }
        if (cpu.nmiPending && !cpu.nmiBlocked) {
            EventDelivery.nmi(cpu);
        } else {
            InterruptSource source = cpu.interrupts;
            if (source == null || !cpu.flags.has(Rflags.IF) || !source.isPending()) {
                return false;
            }
            EventDelivery.interrupt(cpu, source.acknowledge(), Source.EXTERNAL);
        }
        cpu.instructions++;
        return true;
    }

    /** True in HLT and MWAIT, but for an MWAIT that is ended by an interrupt which RFLAGS.IF keeps out. */
    private static boolean isWaiting(Cpu cpu) {
        if (cpu.halted && cpu.maskedInterruptEndsWait && cpu.interrupts != null && cpu.interrupts.isPending()) {
            cpu.endMonitorWait();
        }
        return cpu.halted;
    }

    /** Executes blocks as long as nothing can have come up between them; at least one instruction or fault. */
    private void executeBlocks(Cpu cpu, long until, Breakpoints breakpoints) {
        Block block = null;
        int count;
        do {
            try {
                block = block == null ? blocks.find(cpu, cpu.rip) : blocks.findAfter(block, cpu, cpu.rip);
            } catch (Fault fault) {
                deliver(cpu, fault);
                return;
            }
            count = (int) Math.min(until - cpu.instructions, length(cpu, block));
            if (breakpoints.mayBeNear(cpu.rip)) {
                count = countBefore(breakpoints, block, count, cpu.rip & -Frame.SIZE);
            }
            if (!execute(cpu, block, count)) {
                return;
            }
        } while (!cpu.stopBlock && block.flowsOn() && cpu.instructions < until && !breakpoints.contains(cpu.rip));
        trapAfter(cpu, block.operations()[count - 1].instruction);
    }

    /** The same for code of 16 or 32 bits. */
    private void executeLegacyBlocks(Cpu cpu, long until, Breakpoints breakpoints) {
        CodeSize size = codeSize(cpu);
        Block block;
        int count;
        do {
            long linear = cpu.linearRip();
            try {
                block = findLegacy(cpu, size, linear);
            } catch (Fault fault) {
                deliver(cpu, fault);
                return;
            }
            count = withinLimit(cpu, block, (int) Math.min(until - cpu.instructions, length(cpu, block)));
            if (breakpoints.mayBeNear(linear)) {
                count = countBefore(breakpoints, block, count, linear & -Frame.SIZE);
            }
            if (!executeLegacy(cpu, size, block, count)) {
                return;
            }
        } while (!cpu.stopBlock && block.flowsOn() && cpu.instructions < until && !breakpoints.contains(cpu
                .linearRip()));
        trapAfter(cpu, block.operations()[count - 1].instruction);
    }

    /** How many operations of a block one fetch was enough for. */
    private static int length(Cpu cpu, Block block) {
        return cpu.memory.fetchedForOne() ? 1 : block.operations().length;
    }

    private static CodeSize codeSize(Cpu cpu) {
        return switch (cpu.codeBits()) {
            case 16 -> CodeSize.BITS_16;
            case 32 -> CodeSize.BITS_32;
            default -> CodeSize.BITS_64;
        };
    }

    /** The block at EIP, whose first instruction lies within the limit of CS. */
    private Block findLegacy(Cpu cpu, CodeSize size, long linear) {
        long room = cpu.segments[SegmentRegister.CS].limit - cpu.rip + 1;
        if (room <= 0) {
            throw Fault.generalProtection();
        }
        Block block = blocks.findLegacy(cpu, size, linear, room);
        if (block.operations()[0].length > room) {
            throw Fault.generalProtection();
        }
        return block;
    }

    /** How many of the first {@code count} operations lie within the limit of CS; the first one does. */
    private static int withinLimit(Cpu cpu, Block block, int count) {
        Operation[] operations = block.operations();
        long lastOffset = cpu.segments[SegmentRegister.CS].limit - cpu.rip + operations[0].offset;
        int within = count;
        while (within > 1 && operations[within - 1].offset + operations[within - 1].length - 1 > lastOffset) {
            within--;
        }
        return within;
    }

    /** Executes a block outside 64-bit mode, where EIP has 32 bits, and the base of CS is none of its own. */
    private boolean executeLegacy(Cpu cpu, CodeSize size, Block block, int count) {
        long linear = cpu.linearRip();
        try {
            return execute(cpu, block, count);
        } finally {
            history.setLegacy(linear, size);
            if (cpu.codeBits() != 64) {
                cpu.rip &= 0xFFFF_FFFFL;
            }
        }
    }

    private static void trapAfter(Cpu cpu, Instruction last) {
        if (cpu.flags.has(Rflags.TF) && DebugTraps.singleStepFollows(cpu, last, false)) {
            EventDelivery.debugTrap(cpu, DebugTraps.DR6_BS);
        }
    }

    /** How many of the first {@code count} operations come before a breakpoint other than one at the first. */
    private static int countBefore(Breakpoints breakpoints, Block block, int count, long page) {
        Operation[] operations = block.operations();
        for (int i = 1; i < count; i++) {
            if (breakpoints.contains(page + operations[i].offset)) {
                return i;
            }
        }
        return count;
    }

    /**
     * Executes the first {@code count} operations of the block at RIP.
     *
     * @return false if the last one that was started faulted
     */
    private boolean execute(Cpu cpu, Block block, int count) {
        Operation[] operations = block.operations();
        long rip = cpu.rip;
        long page = rip - operations[0].offset;
        long start = cpu.instructions;
        int last = count - 1;
        int i = 0;
        history.enter(rip, cpu.cr3, count);
        cpu.codePage = page;
        cpu.stopBlock = false;
        try {
            for (; i < last; i++) {
                // Events carry the exact time, so it is kept up, which costs less than to restore it.
                cpu.instructions = start + i;
                operations[i].execute(cpu);
                if (cpu.stopBlock) {
                    leaveEarly(cpu, operations[i], page, start + i + 1, i + 1);
                    return true;
                }
            }
            cpu.instructions = start + last;
            Operation operation = operations[last];
            cpu.rip = page + operation.offset + operation.length;
            operation.execute(cpu);
            cpu.instructions = start + count;
            return true;
        } catch (Fault fault) {
            history.leaveEarly(i + 1);
            cpu.rip = page + operations[i].offset;
            deliver(cpu, StackReference.refine(cpu, operations[i], fault));
            return false;
        } catch (NotEmulatedException e) {
            history.leaveEarly(i + 1);
            cpu.rip = page + operations[i].offset;
            throw e;
        }
    }

    private void leaveEarly(Cpu cpu, Operation operation, long page, long time, int count) {
        history.leaveEarly(count);
        cpu.instructions = time;
        cpu.rip = page + operation.offset + operation.length;
    }

    /** Delivers a fault; {@link Cpu#rip} is the instruction that raised it. */
    private static void deliver(Cpu cpu, Fault fault) {
        EventDelivery.deliver(cpu, fault);
        cpu.instructions++;
    }

    /** One instruction with everything that may happen before and after it. */
    private void executeOne(Cpu cpu) {
        boolean afterStackSegment = cpu.debugShadow;
        long heldBack = cpu.pendingDebug;
        cpu.debugShadow = false;
        cpu.interruptShadow = false;
        boolean singleStep = cpu.flags.has(Rflags.TF);
        boolean resume = cpu.flags.has(Rflags.RF);
        if (!resume && !afterStackSegment && DebugTraps.hitsBreakpoint(cpu)) {
            return;
        }
        CodeSize size = codeSize(cpu);
        Block block;
        try {
            block = size.is64() ? blocks.find(cpu, cpu.rip) : findLegacy(cpu, size, cpu.linearRip());
        } catch (Fault fault) {
            deliver(cpu, fault);
            DebugTraps.deliver(cpu, heldBack);
            return;
        }
        long rip = cpu.rip;
        if (cpu.trace.detail) {
            cpu.emit(new TraceEvent.Executed(rip, cpu.cpl()));
        }
        Instruction instruction = block.operations()[0].instruction;
        if (!(size.is64() ? execute(cpu, block, 1) : executeLegacy(cpu, size, block, 1))) {
            DebugTraps.deliver(cpu, heldBack);
            return;
        }
        boolean unfinished = instruction.repeat() != Repeat.NONE && cpu.rip == rip;
        if (resume && !unfinished && !instruction.mnemonic().startsWith("IRET")) {
            cpu.setSystemFlags(cpu.flags.system() & ~Rflags.RF);
        }
        if (DebugTraps.loadedStackSegment(cpu, instruction)) {
            cpu.debugShadow = true;
            return;
        }
        DebugTraps.deliver(cpu, cpu.pendingDebug | (DebugTraps.singleStepFollows(cpu, instruction, singleStep)
                ? DebugTraps.DR6_BS : 0));
    }
}
