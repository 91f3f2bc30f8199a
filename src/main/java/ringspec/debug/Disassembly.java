package ringspec.debug;

import ringspec.cpu.ControlRegisters;
import ringspec.cpu.Cpu;
import ringspec.isa.CodeSize;
import ringspec.isa.Decoded;
import ringspec.isa.Decoder;
import ringspec.isa.Disassembler;
import ringspec.isa.Instruction;
import ringspec.machine.Machine;
import ringspec.paging.PageWalker;
import ringspec.paging.Translation;

/** Guest code as text, read through the page tables that are loaded, without touching TLB or accessed bits. */
public final class Disassembly {

    private static final int LONGEST = 15;

    private Disassembly() {
    }

    /** The instruction at a linear address, in code of the current size, or what stands in its way in parentheses. */
    public static String at(Machine machine, long address) {
        byte[] bytes = new byte[LONGEST];
        int available = 0;
        for (; available < LONGEST; available++) {
            long physical = physical(machine, address + available);
            if (physical < 0) {
                break;
            }
            bytes[available] = (byte) machine.ram().read8(physical);
        }
        if (available == 0) {
            return "(not mapped)";
        }
        Decoded decoded = Decoder.decode(codeSize(machine), bytes, 0, available);
        return decoded instanceof Instruction instruction ? Disassembler.format(instruction, address)
                : "(no instruction: %02x)".formatted(bytes[0]);
    }

    /** The physical address in RAM; -1 if there is none. */
    private static long physical(Machine machine, long linear) {
        Cpu cpu = machine.cpu();
        long physical = linear;
        if ((cpu.cr0 & ControlRegisters.CR0_PG) != 0) {
            physical = new PageWalker(machine.ram()).walk(cpu.cr3, linear, cpu.memory
                    .pagingMode()) instanceof Translation page ? page.physicalOf(linear) : -1;
        }
        return physical >= 0 && machine.ram().contains(physical, 1) ? physical : -1;
    }

    private static CodeSize codeSize(Machine machine) {
        return switch (machine.cpu().codeBits()) {
            case 16 -> CodeSize.BITS_16;
            case 32 -> CodeSize.BITS_32;
            default -> CodeSize.BITS_64;
        };
    }
}
