package ringspec.cpu.exec;

import ringspec.isa.Instruction;

/**
 * What changes nothing on a single processor without visible caches: NOP, PAUSE, ENDBR, fences, prefetches (SDM vol. 2). UD0, UD1 and
 * UD2 raise #UD.
 */
final class HintOperations {

    private HintOperations() {
    }

    static void register(Registry registry) {
        for (String mnemonic : new String[]{"NOP", "PAUSE", "ENDBR64", "ENDBR32", "LFENCE", "MFENCE", "SFENCE",
                "PREFETCH", "PREFETCHW",
                "PREFETCHWT1", "PREFETCHNTA", "PREFETCHT0", "PREFETCHT1", "PREFETCHT2"}) {
            registry.add(mnemonic, HintOperations::nothing);
        }
        for (String mnemonic : new String[]{"CLFLUSH", "CLFLUSHOPT", "CLWB"}) {
            registry.add(mnemonic, HintOperations::clflush);
        }
        for (String mnemonic : new String[]{"UD0", "UD1", "UD2"}) {
            registry.add(mnemonic, UndefinedOperation::new);
        }
    }

    private static Operation nothing(Instruction instruction, int offset) {
        return SimpleOperation.of(instruction, offset, cpu -> {
        });
    }

    /** CLFLUSH and its kin are checked like a load of one byte. */
    private static Operation clflush(Instruction instruction, int offset) {
        Location line = Location.of(instruction, 0, offset, 8);
        return SimpleOperation.of(instruction, offset, line::read);
    }
}
