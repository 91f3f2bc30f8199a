package ringspec.kernel.loader;

import static ringspec.kernel.KernelLayout.BOOT_INFO_ASLR_SEED;
import static ringspec.kernel.KernelLayout.BOOT_INFO_OPTIONS;
import static ringspec.kernel.KernelLayout.BOOT_INFO_PHYSICAL;
import static ringspec.kernel.KernelLayout.OPTION_ASLR;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_MAX;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.GLOBALS_NEXT_PROCESS_ID;

import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.elf.LoadPolicy;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;

/**
 * Where the image and the stack of the next process go. Without the ASLR option where the contract says. With it an ET_DYN
 * image, and so the heap behind its .bss, and every stack move by whole pages; how far depends on the seed in boot info and the
 * process's number alone, so that the same boot gives the same addresses (D42).
 */
public class Placement {

    /** The lowest place of an ET_DYN image, and how many pages above it the others lie: 64 TiB to 65 TiB. */
    private static final long IMAGE_LOWEST = 0x4000_0000_0000L;
    private static final long IMAGE_PLACES = 1L << 28;
    /** A stack ends up to 256 MiB below USER_MAX. */
    private static final long STACK_PLACES = 1L << 16;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final KernelMemory memory;

    /** The places of one machine. */
    public Placement(KernelMemory memory) {
        this.memory = memory;
    }

    /**
     * Checks a file by the rules that hold here.
     *
     * @return the image at its place in the next process, or the first rule that the file breaks
     */
    public ElfResult parse(byte[] file) {
        if (!isRandom()) {
            return ElfImage.parse(file);
        }
        return switch (ElfImage.parse(file, LoadPolicy.WITH_ASLR)) {
            case ElfResult.Accepted(var image) when image.type() == ElfImage.Type.POSITION_INDEPENDENT ->
                    image.slid(IMAGE_LOWEST + Long.remainderUnsigned(number(1), IMAGE_PLACES) * PAGE);
            case ElfResult result -> result;
        };
    }

    /** First RSP of the next process: the address after its stack. */
    public long stackTop(ElfImage image) {
        if (!isRandom()) {
            return USER_MAX;
        }
        long top = USER_MAX - Long.remainderUnsigned(number(2), STACK_PLACES) * PAGE;
        long guard = top - image.stack().size() - PAGE;
        boolean free = guard >= KernelLayout.USER_LOWEST && image.segments().stream()
                .noneMatch(segment -> segment.pagesEnd() > guard && segment.firstPage() < top + PAGE);
        // An image that lies where the stack would move to has room for it at the usual place.
        return free ? top : USER_MAX;
    }

    private boolean isRandom() {
        return (memory.load(direct(BOOT_INFO_PHYSICAL) + BOOT_INFO_OPTIONS) & OPTION_ASLR) != 0;
    }

    /** A number by seed, process and purpose: SplitMix64 (Steele, Lea and Flood 2014) at that step of its sequence. */
    private long number(int purpose) {
        long process = memory.load(direct(KernelLayout.GLOBALS_PHYSICAL) + GLOBALS_NEXT_PROCESS_ID) + 1;
        long mixed = memory.load(direct(BOOT_INFO_PHYSICAL) + BOOT_INFO_ASLR_SEED) + (2 * process + purpose) * GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ mixed >>> 31;
    }
}
