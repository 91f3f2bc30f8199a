package ringspec.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import ringspec.cpu.Cpu;
import ringspec.cpu.Msrs;
import ringspec.cpu.SegmentRegister;
import ringspec.machine.Machine;
import ringspec.memory.Frame;
import ringspec.memory.PhysicalMemory;

/** Everything that a program could see of a machine, as lines to compare. */
final class MachineState {

    private MachineState() {
    }

    /** Registers, virtual time, what the processor holds back, and its TLB. */
    static List<String> processor(Machine machine) {
        Cpu cpu = machine.cpu();
        List<String> lines = new ArrayList<>();
        lines.add("time %d rip %x flags %x cpl %d".formatted(cpu.instructions, cpu.rip, cpu.flags.value(), cpu.cpl()));
        lines.add("gpr " + hex(cpu.gpr));
        lines.add("xmm " + hex(cpu.xmm));
        lines.add("ymm high " + hex(cpu.ymmHigh) + " mxcsr %x".formatted(cpu.mxcsr));
        lines.add("x87 %s %s".formatted(cpu.fpu, pointers(cpu)));
        lines.add("dr " + hex(cpu.dr));
        lines.add("cr %x %x %x %x %x efer %x xcr0 %x pkru %x pdptes %s".formatted(cpu.cr0, cpu.cr2, cpu.cr3, cpu.cr4,
                cpu.cr8, cpu.efer, cpu.xcr0, cpu.pkru, hex(cpu.pdptes)));
        lines.add("gdtr %x %x idtr %x %x".formatted(cpu.gdtrBase, cpu.gdtrLimit, cpu.idtrBase, cpu.idtrLimit));
        for (SegmentRegister segment : cpu.segments) {
            lines.add("segment %x %x %x %x".formatted(segment.selector, segment.base, segment.limit,
                    segment.attributes));
        }
        Msrs msrs = cpu.msrs;
        lines.add("msrs " + hex(msrs.star, msrs.lstar, msrs.cstar, msrs.sfmask, msrs.kernelGsBase, msrs.tscAux,
                msrs.tscOffset, msrs.apicBase, msrs.pat, msrs.sysenterCs, msrs.sysenterEsp, msrs.sysenterEip,
                msrs.miscEnable));
        lines.add("halted %s wait %s shutdown %s shadow %s pending #DB %x nmi %s %s monitor %x".formatted(cpu.halted,
                cpu.inMonitorWait, cpu.shutdown, cpu.interruptShadow, cpu.pendingDebug, cpu.nmiBlocked, cpu.nmiPending,
                cpu.monitored));
        cpu.memory.cachedTranslations().forEach(translation -> lines.add("TLB " + translation));
        return lines;
    }

    private static String pointers(Cpu cpu) {
        return "FOP %x FIP %x:%x FDP %x:%x".formatted(cpu.fpu.opcode, cpu.fpu.codeSelector, cpu.fpu.instructionPointer,
                cpu.fpu.dataSelector, cpu.fpu.dataPointer);
    }

    private static String hex(long... values) {
        return String.join(" ", Arrays.stream(values).mapToObj(Long::toHexString).toList());
    }

    /** The physical addresses of the frames whose content is not the same. */
    static List<String> differingFrames(Machine one, Machine other) {
        PhysicalMemory mine = one.ram();
        PhysicalMemory theirs = other.ram();
        List<String> differing = new ArrayList<>();
        for (int number = 0; number < mine.frameCount(); number++) {
            Frame frame = mine.frame(number);
            if (frame != theirs.frame(number)) {
                int at = Arrays.mismatch(frame.bytes, theirs.frame(number).bytes);
                if (at >= 0) {
                    differing.add("0x%x".formatted(((long) number << Frame.SHIFT) + at));
                }
            }
        }
        return differing;
    }
}
