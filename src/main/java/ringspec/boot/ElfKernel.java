package ringspec.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Images that say by ELF program headers where they go, with 32 or 64 bits. Unlike a program of ring 3 a kernel is loaded by its
 * physical addresses, may be linked to others, and may use pages as it likes.
 */
final class ElfKernel {

    private static final int MAGIC = 0x464C_457F;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int ET_EXEC = 2;
    private static final int EM_386 = 3;
    private static final int EM_X86_64 = 62;
    private static final int PT_LOAD = 1;
    private static final long LIMIT = 1L << 32;

    /** A PT_LOAD whose bytes are in the file. */
    private record Loadable(int number, long virtual, LoadSegment segment) {
    }

    private final byte[] file;
    private final ByteBuffer bytes;
    private boolean wide;

    private ElfKernel(byte[] file) {
        this.file = file;
        this.bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    static MultibootImage read(byte[] file) throws MultibootException {
        return new ElfKernel(file).read();
    }

    private MultibootImage read() throws MultibootException {
        checkHeader();
        List<Loadable> loadables = loadables();
        if (loadables.isEmpty()) {
            throw new MultibootException(MultibootRule.NOTHING_TO_LOAD, "e_phnum", half(wide ? 56 : 44),
                    "none of the %d program headers is a PT_LOAD with memory: is it an object file, or linked with the wrong script?"
                            .formatted(half(wide ? 56 : 44)));
        }
        long entry = physicalEntry(loadables, address(24));
        return new MultibootImage(file, entry, loadables.stream().map(Loadable::segment).toList());
    }

    private void checkHeader() throws MultibootException {
        if (file.length < 52 || bytes.getInt(0) != MAGIC) {
            throw new MultibootException(MultibootRule.ELF, "e_ident", file.length < 4 ? -1 : bytes.getInt(0),
                    "the header has no address fields (bit 16 of flags is 0), and the file is not ELF: it must be one of both");
        }
        int elfClass = file[4];
        wide = elfClass == CLASS_64;
        if (elfClass != CLASS_64 && elfClass != 1 || file[5] != LITTLE_ENDIAN || wide && file.length < 64) {
            throw new MultibootException(MultibootRule.ELF, "e_ident", elfClass,
                    "ELF class %d, byte order %d, %d bytes: expected class 1 or 2, byte order 1 and the whole file header"
                            .formatted(elfClass, file[5], file.length));
        }
        int machine = half(18);
        if (machine != (wide ? EM_X86_64 : EM_386)) {
            throw new MultibootException(MultibootRule.ELF_MACHINE, "e_machine", machine,
                    "e_machine is %d, expected %s".formatted(machine, wide ? "62 (x86-64) in a file of the 64-bit class"
                            : "3 (80386) in a file of the 32-bit class"));
        }
        if (half(16) != ET_EXEC) {
            throw new MultibootException(MultibootRule.ELF_TYPE, "e_type", half(16),
                    "e_type is %d, expected 2 (ET_EXEC): link it statically, at fixed addresses, without -pie"
                            .formatted(
                                    half(16)));
        }
    }

    private List<Loadable> loadables() throws MultibootException {
        long table = address(wide ? 32 : 28);
        int size = half(wide ? 54 : 42);
        int count = half(wide ? 56 : 44);
        int expected = wide ? 56 : 32;
        if (count > 0 && (size != expected || table < 0 || table > file.length - (long) count * size)) {
            throw new MultibootException(MultibootRule.PROGRAM_HEADERS, "e_phoff", table,
                    "%d program headers of %d bytes at 0x%x: expected %d bytes each, within the file of %d bytes"
                            .formatted(
                                    count, size, table, expected, file.length));
        }
        List<Loadable> loadables = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = (int) table + i * size;
            if (bytes.getInt(at) == PT_LOAD && address(at + (wide ? 40 : 20)) != 0) {
                Loadable loadable = loadable(i, at);
                checkOverlap(loadables, loadable);
                loadables.add(loadable);
            }
        }
        return loadables;
    }

    private Loadable loadable(int number, int at) throws MultibootException {
        long offset = address(at + (wide ? 8 : 4));
        long virtual = address(at + (wide ? 16 : 8));
        long physical = address(at + (wide ? 24 : 12));
        long fileSize = address(at + (wide ? 32 : 16));
        long memorySize = address(at + (wide ? 40 : 20));
        if (offset < 0 || fileSize < 0 || fileSize > file.length || offset > file.length - fileSize) {
            throw new MultibootException(MultibootRule.SEGMENT_CONTENT, "p_offset", offset,
                    "program header %d: 0x%x bytes at 0x%x don't fit in the file of 0x%x bytes".formatted(number,
                            fileSize,
                            offset, file.length));
        }
        if (Long.compareUnsigned(fileSize, memorySize) > 0) {
            throw new MultibootException(MultibootRule.SEGMENT_SIZE, "p_filesz", fileSize,
                    "program header %d: p_filesz 0x%x is larger than p_memsz 0x%x".formatted(number, fileSize,
                            memorySize));
        }
        if (physical < 0 || memorySize < 0 || memorySize > LIMIT || physical > LIMIT - memorySize) {
            throw new MultibootException(MultibootRule.SEGMENT_ADDRESS, "p_paddr", physical,
                    ("program header %d: p_paddr 0x%x and p_memsz 0x%x lead beyond 4 GBytes: p_paddr is a physical address, "
                            + "which AT(..) of a linker script sets").formatted(number, physical, memorySize));
        }
        return new Loadable(number, virtual, new LoadSegment(physical, (int) offset, (int) fileSize, memorySize));
    }

    private static void checkOverlap(List<Loadable> before, Loadable added) throws MultibootException {
        for (Loadable other : before) {
            if (other.segment().overlaps(added.segment())) {
                throw new MultibootException(MultibootRule.SEGMENTS_OVERLAP, "p_paddr", added.segment().physical(),
                        "program headers %d and %d overlap in physical memory: 0x%x to 0x%x and 0x%x to 0x%x".formatted(
                                other.number(), added.number(), other.segment().physical(), other.segment().end(), added
                                        .segment().physical(),
                                added.segment().end()));
            }
        }
    }

    /** e_entry as a virtual address of a segment if it is one, else as the physical address that the specification means. */
    private static long physicalEntry(List<Loadable> loadables, long entry) throws MultibootException {
        for (Loadable loadable : loadables) {
            long inSegment = entry - loadable.virtual();
            if (Long.compareUnsigned(inSegment, loadable.segment().memorySize()) < 0) {
                return loadable.segment().physical() + inSegment;
            }
        }
        for (Loadable loadable : loadables) {
            if (entry >= loadable.segment().physical() && entry < loadable.segment().end()) {
                return entry;
            }
        }
        throw new MultibootException(MultibootRule.ENTRY, "e_entry", entry,
                "e_entry 0x%x is in no segment, neither by virtual nor by physical addresses: is ENTRY(..) right?"
                        .formatted(
                                entry));
    }

    private int half(int at) {
        return bytes.getShort(at) & 0xFFFF;
    }

    private long address(int at) {
        return wide ? bytes.getLong(at) : bytes.getInt(at) & 0xFFFF_FFFFL;
    }
}
