package ringspec.elf;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import ringspec.elf.kaitai.Elf64;

/** The rules on the file header and on where the program headers stand (LOAD-01, LOAD-02). */
final class HeaderChecks {
    static final int HEADER_SIZE = 64;
    static final int ENTRY_SIZE = 56;
    static final int ET_EXEC = 2;
    static final int ET_DYN = 3;
    private static final int EM_X86_64 = 62;
    private static final int PN_XNUM = 0xFFFF;
    private static final byte[] MAGIC = {0x7F, 'E', 'L', 'F'};
    private static final Map<Integer, String> TYPES = Map.of(0, "ET_NONE", 1, "ET_REL", 2, "ET_EXEC", 3, "ET_DYN", 4,
            "ET_CORE");
    private static final Map<Integer, String> MACHINES = Map.of(3, "EM_386", 8, "EM_MIPS", 20, "EM_PPC", 40, "EM_ARM",
            50, "EM_IA_64", 183, "EM_AARCH64", 243, "EM_RISCV");

    private final Elf64.FileHeader header;
    private final long fileSize;
    private final LoadPolicy policy;

    private HeaderChecks(Elf64 elf, long fileSize, LoadPolicy policy) {
        this.header = elf.header();
        this.fileSize = fileSize;
        this.policy = policy;
    }

    static void check(Elf64 elf, long fileSize, LoadPolicy policy) throws Refusal {
        if (!elf.headerFits()) {
            throw new Refusal(ElfRule.HEADER_TRUNCATED, "file size", -1, fileSize,
                    "the file is %d bytes, but an ELF64 file header alone is %d: the file is cut short or not an ELF"
                            .formatted(fileSize, HEADER_SIZE));
        }
        HeaderChecks checks = new HeaderChecks(elf, fileSize, policy);
        checks.checkIdentification();
        checks.checkType();
        checks.checkTable();
    }

    private void checkIdentification() throws Refusal {
        byte[] magic = header.eiMag();
        if (!Arrays.equals(magic, MAGIC)) {
            throw new Refusal(ElfRule.MAGIC, "ei_mag", -1, HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(
                    magic)),
                    "the file begins with %s, expected 7F 45 4C 46 (\\x7FELF): this is not an ELF file"
                            .formatted(HexFormat.ofDelimiter(" ").withUpperCase().formatHex(magic)));
        }
        require(ElfRule.CLASS, "ei_class", header.eiClass(), 2, "ELFCLASS64", "build with -m64");
        require(ElfRule.BYTE_ORDER, "ei_data", header.eiData(), 1, "ELFDATA2LSB",
                "x86-64 is little-endian, so this file is for another machine");
        require(ElfRule.VERSION, "ei_version", header.eiVersion(), 1, "EV_CURRENT", "there is no other version");
    }

    private void checkType() throws Refusal {
        int type = header.eType();
        if (type != ET_EXEC && !(type == ET_DYN && policy.positionIndependent())) {
            String advice = type == ET_DYN
                    ? "link with -no-pie, or turn on the ASLR option, with which ET_DYN is accepted"
                    : "link it to an executable with -static -no-pie";
            throw new Refusal(ElfRule.TYPE, "e_type", -1, type, "e_type is %s, expected 2 (ET_EXEC): %s"
                    .formatted(named(type, TYPES), advice));
        }
        int machine = header.eMachine();
        if (machine != EM_X86_64) {
            throw new Refusal(ElfRule.MACHINE, "e_machine", -1, machine,
                    "e_machine is %s, expected 62 (EM_X86_64): build for x86-64".formatted(named(machine, MACHINES)));
        }
        require(ElfRule.VERSION, "e_version", header.eVersion(), 1, "EV_CURRENT", "there is no other version");
    }

    private void checkTable() throws Refusal {
        require(ElfRule.HEADER_SIZE, "e_ehsize", header.eEhsize(), HEADER_SIZE, "the size of Elf64_Ehdr",
                "the header is damaged");
        require(ElfRule.ENTRY_SIZE, "e_phentsize", header.ePhentsize(), ENTRY_SIZE, "the size of Elf64_Phdr",
                "the header is damaged, or of the 32-bit class");
        int count = header.ePhnum();
        if (count == PN_XNUM) {
            throw new Refusal(ElfRule.ENTRY_COUNT, "e_phnum", -1, count,
                    "e_phnum is 0xffff (PN_XNUM), which moves the count to section 0: a loader does not read sections");
        }
        long offset = header.ePhoff();
        if (count > 0 && Long.compareUnsigned(offset, HEADER_SIZE) < 0) {
            throw new Refusal(ElfRule.TABLE_OVERLAPS_HEADER, "e_phoff", -1, offset,
                    "e_phoff is %d, inside the file header: program headers start at 64 or later".formatted(offset));
        }
        if (count > 0 && (offset < 0 || offset > fileSize - (long) count * ENTRY_SIZE)) {
            throw new Refusal(ElfRule.TABLE_TRUNCATED, "e_phoff+e_phnum*56", -1, offset + (long) count * ENTRY_SIZE,
                    ("%d program headers at e_phoff %#x do not fit in the file of %d bytes: the file is cut short, or "
                            + "the header is damaged").formatted(count, offset, fileSize));
        }
    }

    private static void require(ElfRule rule, String field, long found, long expected, String name, String advice)
            throws Refusal {
        if (found != expected) {
            throw new Refusal(rule, field, -1, found,
                    "%s is %d, expected %d (%s): %s".formatted(field, found, expected, name, advice));
        }
    }

    private static String named(int value, Map<Integer, String> names) {
        String name = names.get(value);
        return name == null ? Integer.toString(value) : value + " (" + name + ")";
    }
}
