package ringspec.cpu.exec;

import ringspec.cpu.Rflags;
import ringspec.isa.Instruction;

/** What came to the general-purpose instructions by and by: ADX, MOVBE, CRC32, RDRAND and RDSEED, RDPID (SDM vol. 2). */
final class GeneralExtensions {

    private static final int[] CRC32C = crcTable();

    private GeneralExtensions() {
    }

    static void register(Registry registry) {
        registry.add("ADCX", (i, at) -> add(i, at, false));
        registry.add("ADOX", (i, at) -> add(i, at, true));
        registry.add("MOVBE", GeneralExtensions::movbe);
        registry.add("CRC32", GeneralExtensions::crc32);
        registry.add("RDRAND", GeneralExtensions::random);
        registry.add("RDSEED", GeneralExtensions::random);
        registry.add("RDPID", (i, at) -> {
            Location target = Location.of(i, 0, at);
            return SimpleOperation.of(i, at, cpu -> target.write(cpu, cpu.msrs.tscAux & 0xFFFF_FFFFL));
        });
    }

    /** ADCX carries through CF, ADOX through OF; the other flags stay. */
    private static Operation add(Instruction instruction, int offset, boolean overflow) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset, cpu -> {
            long b = source.read(cpu);
            long a = target.read(cpu);
            boolean in = overflow ? cpu.flags.of() : cpu.flags.cf();
            long sum = a + b + (in ? 1 : 0);
            boolean out = bits == 64 ? ((a & b | (a | b) & ~sum) < 0) : sum >>> bits != 0;
            target.write(cpu, sum);
            cpu.flags.setCfOf(overflow ? cpu.flags.cf() : out, overflow ? out : cpu.flags.of());
        });
    }

    private static Operation movbe(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bits = target.bits();
        return SimpleOperation.of(instruction, offset,
                cpu -> target.write(cpu, Long.reverseBytes(source.read(cpu)) >>> 64 - bits));
    }

    /** The CRC with polynomial 11EDC6F41H, bits reflected, neither inverted before nor after. */
    private static Operation crc32(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        Location source = Location.of(instruction, 1, offset);
        int bytes = source.bits() / 8;
        return SimpleOperation.of(instruction, offset, cpu -> {
            long data = source.read(cpu);
            int crc = (int) target.read(cpu);
            for (int i = 0; i < bytes; i++) {
                crc = CRC32C[(crc ^ (int) (data >>> 8 * i)) & 0xFF] ^ crc >>> 8;
            }
            target.write(cpu, crc & 0xFFFF_FFFFL);
        });
    }

    private static int[] crcTable() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F6_3B78 : crc >>> 1;
            }
            table[i] = crc;
        }
        return table;
    }

    /** Always succeeds: CF is 1, the other arithmetic flags are 0. */
    private static Operation random(Instruction instruction, int offset) {
        Location target = Location.of(instruction, 0, offset);
        return SimpleOperation.of(instruction, offset, cpu -> {
            target.write(cpu, cpu.random.next());
            cpu.flags.setArithmetic(Rflags.CF);
        });
    }
}
