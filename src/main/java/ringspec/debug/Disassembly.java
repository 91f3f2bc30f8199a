package ringspec.debug;

import ringspec.isa.Decoded;
import ringspec.isa.Decoder;
import ringspec.isa.Disassembler;
import ringspec.isa.Instruction;
import ringspec.machine.Machine;

/** Guest code as text, read through the page tables that are loaded, without touching TLB or accessed bits. */
public final class Disassembly {

    private static final int LONGEST = 15;

    private Disassembly() {
    }

    /** The instruction at a linear address, or what stands in its way in parentheses. */
    public static String at(Machine machine, long address) {
        byte[] bytes = new byte[LONGEST];
        int available = 0;
        AddressSpace space = new AddressSpace(machine.ram(), machine.cpu().cr3);
        for (; available < LONGEST; available++) {
            long linear = address + available;
            var page = space.page(linear);
            if (page.isEmpty()) {
                break;
            }
            bytes[available] = (byte) machine.ram().read8(page.get().physical() + (linear - page.get().linear()));
        }
        if (available == 0) {
            return "(not mapped)";
        }
        Decoded decoded = Decoder.decode(bytes, 0, available);
        return decoded instanceof Instruction instruction ? Disassembler.format(instruction, address)
                : "(no instruction: %02x)".formatted(bytes[0]);
    }
}
