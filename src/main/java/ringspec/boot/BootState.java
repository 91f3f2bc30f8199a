package ringspec.boot;

import java.util.Arrays;
import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.cpu.ProcessorReset;
import ringspec.cpu.SegmentRegister;

/**
 * The state in which a Multiboot kernel is entered (specification 0.6.96, 3.2): 32-bit protected mode without paging, flat
 * segments, interrupts off. A20 is open on this machine anyway.
 */
final class BootState {

    /** In EAX: a Multiboot loader was it. */
    static final int MAGIC = 0x2BAD_B002;

    private static final int CODE = 0x10;
    private static final int DATA = 0x18;
    private static final int FLAT = SegmentRegister.PRESENT | SegmentRegister.CODE_OR_DATA
            | SegmentRegister.GRANULARITY
            | SegmentRegister.DEFAULT_BIG;
    private static final int ACCESSED_CODE = 0xB;
    private static final int ACCESSED_DATA = 3;

    private BootState() {
    }

    /**
     * @param entry the first instruction
     * @param information what EBX is to hold
     */
    static void enter(Cpu cpu, long entry, long information) {
        ProcessorReset.longMode(cpu, 0, entry, 0);
        cpu.cr0 = ControlRegisters.CR0_PE | ControlRegisters.CR0_ET;
        cpu.cr4 = 0;
        cpu.efer = 0;
        for (int register : new int[]{SegmentRegister.ES, SegmentRegister.SS, SegmentRegister.DS, SegmentRegister.FS,
                SegmentRegister.GS}) {
            cpu.segments[register].load(DATA, 0, 0xFFFF_FFFFL, FLAT | ACCESSED_DATA);
        }
        cpu.segments[SegmentRegister.CS].load(CODE, 0, 0xFFFF_FFFFL, FLAT | ACCESSED_CODE);
        Arrays.fill(cpu.gpr, 0);
        cpu.gpr[Cpu.RAX] = MAGIC;
        cpu.gpr[Cpu.RBX] = information;
        cpu.memory.flushAll();
    }
}
