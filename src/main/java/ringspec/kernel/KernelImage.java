package ringspec.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import ringspec.isa.assembler.Assembled;
import ringspec.isa.assembler.Assembler;
import ringspec.isa.assembler.Options;
import ringspec.isa.assembler.Source;
import ringspec.kernel.mm.PagePermissions;

/**
 * The kernel's machine code, assembled from its three texts for a set of options. Immutable, and shared by all machines that
 * run it.
 */
public final class KernelImage {

    /** The texts in the order in which they are assembled: macros come before their use. */
    public static final List<String> SOURCES = List.of("syscall_entry.asm", "interrupts.asm", "boot.asm");

    private static final Map<KernelOptions, KernelImage> IMAGES = new ConcurrentHashMap<>();
    private static final Map<String, PagePermissions> PERMISSIONS = Map.of(".trampoline", PagePermissions.KERNEL_CODE,
            ".text",
            PagePermissions.KERNEL_CODE, ".rodata", PagePermissions.KERNEL_RODATA, ".data",
            PagePermissions.KERNEL_DATA);

    private final KernelDesign design;
    private final KernelOptions options;
    private final Assembled assembled;

    private KernelImage(KernelDesign design, KernelOptions options, Assembled assembled) {
        this.design = design;
        this.options = options;
        this.assembled = assembled;
    }

    /** The image of a design for a set of options; that of the shipped one is assembled on first use only. */
    public static KernelImage of(KernelDesign design, KernelOptions options) {
        return design == KernelDesign.SHIPPED ? of(options) : assemble(design, options);
    }

    /** The shipped image for a set of options, assembled on first use. */
    public static KernelImage of(KernelOptions options) {
        return IMAGES.computeIfAbsent(options, o -> assemble(KernelDesign.SHIPPED, o));
    }

    /**
     * An image of a design, assembled anew.
     *
     * @throws ringspec.isa.assembler.AssemblyException if a text is wrong
     * @throws IllegalArgumentException if there is a section that the kernel has no permissions for, or the image is too large
     */
    private static KernelImage assemble(KernelDesign design, KernelOptions options) {
        Assembled assembled = Assembler.assemble(design.sources(),
                Options.at(KernelLayout.KERNEL_IMAGE).withSection(".text", KernelLayout.KERNEL_TEXT)
                        .withSection(".trampoline", KernelLayout.KERNEL_TRAMPOLINE)
                        .withSection(".rodata", KernelLayout.KERNEL_RODATA).withSection(".data",
                                KernelLayout.KERNEL_DATA)
                        .withConstants(design.constants(options)));
        long free = KernelLayout.KERNEL_IMAGE;
        for (Assembled.Section section : sorted(assembled)) {
            if (!PERMISSIONS.containsKey(section.name())) {
                throw new IllegalArgumentException("The kernel text has a section %s: only %s get pages"
                        .formatted(section.name(), PERMISSIONS.keySet().stream().sorted().toList()));
            }
            if (section.address() < free || section.end() > KernelLayout.KERNEL_IMAGE + KernelLayout.LARGE_PAGE) {
                throw new IllegalArgumentException(
                        "Section %s at 0x%x-0x%x: the section before it, or the image's 2 MiB, end at "
                                .formatted(section.name(), section.address(), section.end())
                                + "0x%x; move them apart in KernelLayout"
                                        .formatted(free));
            }
            free = section.end();
        }
        return new KernelImage(design, options, assembled);
    }

    /** The three texts as they ship. */
    public static List<Source> shippedSources() {
        return SOURCES.stream().map(name -> new Source(name, read(name))).toList();
    }

    private static String read(String name) {
        try (InputStream in = KernelImage.class.getResourceAsStream("/ringspec/kernel/" + name)) {
            if (in == null) {
                throw new IllegalStateException("ringspec/kernel/" + name
                        + " is missing on the class path: build again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it was built from. */
    public KernelDesign design() {
        return design;
    }

    /** What it was built with. */
    public KernelOptions options() {
        return options;
    }

    /** The sections by address, each from a page boundary on. */
    public List<Assembled.Section> sections() {
        return sorted(assembled);
    }

    private static List<Assembled.Section> sorted(Assembled assembled) {
        return assembled.sections().stream().filter(section -> section.size() > 0)
                .sorted(Comparator.comparing(Assembled.Section::address)).toList();
    }

    /** What the pages of a section allow. */
    public static PagePermissions permissions(Assembled.Section section) {
        return PERMISSIONS.get(section.name());
    }

    /**
     * The address of a label of the text.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public long symbol(String name) {
        return assembled.symbol(name);
    }

    /** Every label and constant. */
    public Map<String, Long> symbols() {
        return assembled.symbols();
    }

    /** Which line of which text the bytes at an address come from. */
    public Optional<Assembled.Line> lineAt(long address) {
        return assembled.lineAt(address);
    }

    /** The last label at or before an address of the image and the distance to it, such as {@code syscall_entry+0x3}. */
    public Optional<String> locate(long address) {
        boolean inside = sections().stream().anyMatch(section -> address - section.address() >= 0 && address < section
                .end());
        if (!inside) {
            return Optional.empty();
        }
        return symbols().entrySet().stream()
                .filter(symbol -> symbol.getValue() >= KernelLayout.KERNEL_IMAGE && symbol.getValue() <= address
                        && symbol.getValue() < 0)
                .max(Map.Entry.comparingByValue()).map(symbol -> symbol.getValue() == address ? symbol.getKey()
                        : "%s+0x%x".formatted(symbol.getKey(), address - symbol.getValue()));
    }

    /** Physical address of the first page after the image. */
    public long endPhysical() {
        long end = sections().stream().mapToLong(Assembled.Section::end).max().orElse(KernelLayout.KERNEL_IMAGE);
        return physical(end + KernelLayout.PAGE - 1 & -KernelLayout.PAGE);
    }

    /** Where the boot loader puts the byte at a linear address of the image. */
    public static long physical(long linear) {
        return linear - KernelLayout.KERNEL_IMAGE + KernelLayout.KERNEL_IMAGE_PHYSICAL;
    }
}
