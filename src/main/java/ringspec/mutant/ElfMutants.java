package ringspec.mutant;

import static ringspec.kernel.KernelLayout.USER_LOWEST;
import static ringspec.kernel.KernelLayout.USER_MAX;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/** Loaders that don't look at something in an ELF file: they mend what is wrong there and go on. */
final class ElfMutants {

    private static final long HEADER_SIZE = 64;
    private static final int IDENT_CLASS = 4;
    private static final int IDENT_DATA = 5;
    private static final int IDENT_VERSION = 6;
    private static final int TYPE = 16;
    private static final int MACHINE = 18;
    private static final int VERSION = 20;
    private static final int ENTRY = 24;
    private static final int TABLE_OFFSET = 32;
    private static final int ENTRY_SIZE = 54;
    private static final int ENTRY_COUNT = 56;

    private static final int SEGMENT_SIZE = 56;
    private static final int P_FLAGS = 4;
    private static final int P_OFFSET = 8;
    private static final int P_VADDR = 16;
    private static final int P_FILESZ = 32;
    private static final int P_MEMSZ = 40;

    private static final int MAGIC = 0x464C_457F;
    private static final int ELFCLASS64 = 2;
    private static final int ELFDATA2LSB = 1;
    private static final int EV_CURRENT = 1;
    private static final int ET_EXEC = 2;
    private static final int EM_X86_64 = 62;
    private static final int PT_NULL = 0;
    private static final int PT_LOAD = 1;
    private static final int PT_NOTE = 4;
    private static final int PT_GNU_STACK = 0x6474_E551;
    private static final int PF_X = 1;
    private static final int PF_W = 2;

    private ElfMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                header("MUT-160", "the loader doesn't look at the magic", file -> file.putInt(0, MAGIC), "LOAD-01"),
                header("MUT-161", "the loader doesn't look at the class", file -> file.put(IDENT_CLASS,
                        (byte) ELFCLASS64), "LOAD-01"),
                header("MUT-162", "the loader doesn't look at the byte order", file -> file.put(IDENT_DATA,
                        (byte) ELFDATA2LSB), "LOAD-01"),
                header("MUT-163", "the loader looks at neither version", file -> file.put(IDENT_VERSION,
                        (byte) EV_CURRENT).putInt(VERSION, EV_CURRENT), "LOAD-01"),
                header("MUT-164", "the loader doesn't look at the machine", file -> file.putShort(MACHINE,
                        (short) EM_X86_64), "LOAD-01"),
                header("MUT-165", "the loader takes every type for ET_EXEC", file -> file.putShort(TYPE,
                        (short) ET_EXEC), "LOAD-01"),
                header("MUT-166", "the loader doesn't look at e_phentsize", file -> file.putShort(ENTRY_SIZE,
                        (short) SEGMENT_SIZE), "LOAD-02"),
                header("MUT-167", "the loader looks for an overlapping program-header table behind the file header",
                        file -> file.putLong(TABLE_OFFSET, Math.max(HEADER_SIZE, file.getLong(TABLE_OFFSET))),
                        "LOAD-02"),
                segments("MUT-168", "a p_filesz above p_memsz is cut instead of refused", file -> at -> file.putLong(at
                        + P_FILESZ, Math.min(file.getLong(at + P_FILESZ), file.getLong(at + P_MEMSZ))), "LOAD-08"),
                segments("MUT-169", "a segment above USER_MAX is left out instead of refused", file -> at -> drop(file,
                        at, Long.compareUnsigned(file.getLong(at + P_VADDR) + file.getLong(at + P_MEMSZ),
                                USER_MAX) > 0),
                        "LOAD-08"),
                segments("MUT-170", "a segment whose p_offset + p_filesz wraps is left out instead of refused",
                        file -> at -> drop(file, at, Long.compareUnsigned(file.getLong(at + P_OFFSET) + file.getLong(at
                                + P_FILESZ), file.getLong(at + P_OFFSET)) < 0), "LOAD-08"),
                segments("MUT-171", "a segment that is writable and executable loses W instead of being refused",
                        file -> at -> {
                            int flags = file.getInt(at + P_FLAGS);
                            file.putInt(at + P_FLAGS, (flags & PF_X) != 0 ? flags & ~PF_W : flags);
                        }, "LOAD-09"),
                segments("MUT-172", "a segment in the null range is left out instead of refused", file -> at -> drop(
                        file, at, file.getLong(at + P_VADDR) >= 0 && file.getLong(at + P_VADDR) < USER_LOWEST
                                && file.getLong(at + P_MEMSZ) > 0),
                        "LOAD-10"),
                segments("MUT-173", "PT_NOTE is loaded, too", file -> at -> file.putInt(at, file.getInt(at) == PT_NOTE
                        ? PT_LOAD
                        : file.getInt(at)), "LOAD-03"),
                header("MUT-174", "the last PT_LOAD is left out", file -> {
                    int[] last = {-1};
                    forEach(file, at -> last[0] = file.getInt(at) == PT_LOAD ? at : last[0]);
                    if (last[0] >= 0) {
                        file.putInt(last[0], PT_NULL);
                    }
                }, "LOAD-03"),
                segments("MUT-175", "the size in PT_GNU_STACK isn't looked at", file -> at -> file.putLong(at + P_MEMSZ,
                        file.getInt(at) == PT_GNU_STACK ? 0 : file.getLong(at + P_MEMSZ)), "LOAD-11"),
                header("MUT-176", "an e_entry outside of executable segments becomes the first address of one",
                        ElfMutants::mendEntry, "LOAD-12"));
    }

    private static Mutant header(String id, String breaks, Consumer<ByteBuffer> mend, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.LOADER, Variants.mending(mend), clauses);
    }

    private static Mutant segments(String id, String breaks, Function<ByteBuffer, IntConsumer> mend,
            String... clauses) {
        return header(id, breaks, file -> forEach(file, mend.apply(file)), clauses);
    }

    /** Shows where each entry of the program-header table is, if the table is in the file. */
    private static void forEach(ByteBuffer file, IntConsumer visitor) {
        long table = file.getLong(TABLE_OFFSET);
        int count = file.getShort(ENTRY_COUNT) & 0xFFFF;
        if (table < HEADER_SIZE || table > file.capacity() - (long) count * SEGMENT_SIZE) {
            return;
        }
        for (int i = 0; i < count; i++) {
            visitor.accept((int) table + i * SEGMENT_SIZE);
        }
    }

    private static void drop(ByteBuffer file, int at, boolean bad) {
        if (bad && file.getInt(at) == PT_LOAD) {
            file.putInt(at, PT_NULL);
        }
    }

    private static void mendEntry(ByteBuffer file) {
        long entry = file.getLong(ENTRY);
        long[] code = {-1};
        boolean[] inside = {false};
        forEach(file, at -> {
            long start = file.getLong(at + P_VADDR);
            if (file.getInt(at) == PT_LOAD && (file.getInt(at + P_FLAGS) & PF_X) != 0) {
                code[0] = code[0] < 0 ? start : code[0];
                inside[0] |= entry >= start && entry < start + file.getLong(at + P_MEMSZ);
            }
        });
        if (!inside[0] && code[0] >= 0) {
            file.putLong(ENTRY, code[0]);
        }
    }
}
