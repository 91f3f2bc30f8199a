package ringspec.elf;

import io.kaitai.struct.ByteBufferKaitaiStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import ringspec.elf.kaitai.Elf64;

/**
 * An ELF file that has passed every rule of the loader: immutable, and with nothing left to check but whether there is
 * memory for it.
 */
public final class ElfImage {
    /** What e_type says. */
    public enum Type {
        /** ET_EXEC: addresses are final. */
        EXECUTABLE,
        /** ET_DYN: addresses are relative to a base that {@link ElfImage#slid(long)} fixes. */
        POSITION_INDEPENDENT
    }

    private final byte[] file;
    private final LoadPolicy policy;
    private final Type type;
    private final long entry;
    private final List<Segment> segments;
    private final Stack stack;
    private final SymbolTable symbols;

    private ElfImage(byte[] file, LoadPolicy policy, Type type, long entry, List<Segment> segments, Stack stack,
            SymbolTable symbols) {
        this.file = file;
        this.policy = policy;
        this.type = type;
        this.entry = entry;
        this.segments = List.copyOf(segments);
        this.stack = stack;
        this.symbols = symbols;
    }

    /**
     * Checks a file by the contract's default layout, ET_EXEC only.
     *
     * @param file the whole file; it is copied
     * @return the image or the first rule that the file breaks; never an exception
     */
    public static ElfResult parse(byte[] file) {
        return parse(file, LoadPolicy.DEFAULT);
    }

    /**
     * Checks a file.
     *
     * @param file the whole file; it is copied
     * @param policy the layout to check by
     * @return the image or the first rule that the file breaks; never an exception
     */
    public static ElfResult parse(byte[] file, LoadPolicy policy) {
        byte[] copy = file.clone();
        Elf64 elf = new Elf64(new ByteBufferKaitaiStream(copy));
        try {
            HeaderChecks.check(elf, copy.length, policy);
            boolean positionIndependent = elf.header().eType() == HeaderChecks.ET_DYN;
            SegmentChecks checks = new SegmentChecks(copy.length, policy, positionIndependent);
            // An empty table may stand anywhere, even where a table would not fit.
            checks.check(elf.header().ePhnum() == 0 ? List.of() : elf.programHeaders());
            long entry = elf.header().eEntry();
            LayoutChecks.check(checks.segments(), checks.stack(), entry, policy);
            return new ElfResult.Accepted(
                    new ElfImage(copy, policy, positionIndependent ? Type.POSITION_INDEPENDENT : Type.EXECUTABLE, entry,
                            checks.segments(), checks.stack(), SymbolReader.read(elf, copy)));
        } catch (Refusal refusal) {
            return new ElfResult.Refused(refusal.error());
        }
    }

    /**
     * The same image at its final address, for ET_DYN.
     *
     * @param base what is added to every address, a multiple of 4096, not negative
     * @return the image at its place, or a refusal if it leaves the user half there or touches the default stack
     * @throws IllegalArgumentException if the base is not such a number or the image is not position-independent
     */
    public ElfResult slid(long base) {
        if (type != Type.POSITION_INDEPENDENT || base < 0 || base % Pages.SIZE != 0) {
            throw new IllegalArgumentException(
                    "Only an ET_DYN image slides, and by a multiple of 4096, not %s by %#x".formatted(type, base));
        }
        List<Segment> moved = new ArrayList<>();
        try {
            for (Segment segment : segments) {
                if (base > policy.userMax() - segment.end()) {
                    throw new Refusal(ElfRule.USER_MAX, "p_vaddr+p_memsz", segment.index(), base + segment.end(),
                            "the segment ends above USER_MAX %#x when loaded at base %#x".formatted(policy.userMax(),
                                    base));
                }
                if (segment.memorySize() > 0 && base + segment.vaddr() < policy.lowest()) {
                    throw new Refusal(ElfRule.NULL_RANGE, "p_vaddr", segment.index(), base + segment.vaddr(),
                            "the segment begins below %#x, which is never mapped, when loaded at base %#x"
                                    .formatted(policy.lowest(), base));
                }
                moved.add(segment.slid(base));
            }
            LayoutChecks.check(moved, stack, entry + base, policy);
        } catch (Refusal refusal) {
            return new ElfResult.Refused(refusal.error());
        }
        return new ElfResult.Accepted(new ElfImage(file, policy, type, entry + base, moved, stack, symbols.slid(base)));
    }

    /** What e_type says. */
    public Type type() {
        return type;
    }

    /** e_entry, an address in an executable segment. */
    public long entry() {
        return entry;
    }

    /** Every PT_LOAD in the order of the program header table, empty ones included. */
    public List<Segment> segments() {
        return segments;
    }

    /** The stack to make. */
    public Stack stack() {
        return stack;
    }

    /** Sections and symbols, empty if the file is stripped or its section table is damaged. */
    public SymbolTable symbols() {
        return symbols;
    }

    /** Length of the file in bytes. */
    public int fileSize() {
        return file.length;
    }

    /** The bytes of a segment that come from the file: a read-only window, nothing is copied. */
    public ByteBuffer content(Segment segment) {
        return ByteBuffer.wrap(file).slice((int) segment.offset(), (int) segment.fileSize()).asReadOnlyBuffer();
    }

    /** The pages that the image occupies, by address; ranges with the same rights that touch each other are one. */
    public List<PageRange> pageRanges() {
        List<PageRange> ranges = new ArrayList<>();
        for (Segment segment : SegmentChecks.byAddress(segments)) {
            PageRange last = ranges.isEmpty() ? null : ranges.getLast();
            if (last != null && last.access() == segment.access() && segment.firstPage() <= last.end()) {
                ranges.set(ranges.size() - 1, new PageRange(last.start(), segment.pagesEnd(), last.access()));
            } else {
                ranges.add(new PageRange(segment.firstPage(), segment.pagesEnd(), segment.access()));
            }
        }
        return List.copyOf(ranges);
    }

    /** The rights of the page that an address lies in, or empty where the image maps nothing. */
    public Optional<Access> accessAt(long address) {
        return segments.stream().filter(s -> address >= s.firstPage() && address < s.pagesEnd()).map(Segment::access)
                .findFirst();
    }
}
