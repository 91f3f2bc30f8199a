package ringspec.subject;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ringspec.elf.Access;
import ringspec.elf.ElfWriter;
import ringspec.isa.assembler.Assembled;
import ringspec.isa.assembler.Assembler;
import ringspec.isa.assembler.AssemblyException;
import ringspec.isa.assembler.Options;
import ringspec.isa.assembler.Source;
import ringspec.kernel.KernelContract;
import ringspec.kernel.KernelLayout;

/**
 * A ring-3 program as assembly text: sections .text, .rodata, .data and .bss, each on pages of its own from 0x400000 up, with
 * the constants of the kernel's contract and the macros of {@code prelude.asm} defined. Execution begins at {@code _start}.
 */
public final class AssemblyProgram {

    /** Where the first section lies. */
    public static final long BASE = 0x400000;

    private static final long IMAGES = 0x5000_0000;
    private static final long IMAGE_STRIDE = 0x10_0000;
    private static final Source PRELUDE = new Source("prelude.asm", read("prelude.asm"));

    private AssemblyProgram() {
    }

    /** An ELF file with the program, which carries nothing along; see the other method. */
    public static byte[] assemble(String name, String text, Map<String, Long> constants) {
        return assemble(name, text, constants, Map.of());
    }

    /**
     * An ELF file with the program.
     *
     * @param name for error messages
     * @param text the assembly
     * @param constants defined besides those of the contract
     * @param images files that the program carries along, by name: {@code NAME} is the address of its bytes, read-only, and
     *     {@code NAME_size} their number
     * @throws AssemblyException        if the text can't be assembled
     * @throws IllegalArgumentException if it has no {@code _start}, or an unknown section
     */
    public static byte[] assemble(String name, String text, Map<String, Long> constants, Map<String, byte[]> images) {
        Map<String, Long> all = new LinkedHashMap<>(KernelContract.constants());
        all.putAll(constants);
        List<ElfWriter.Part> carried = new ArrayList<>();
        images.forEach((label, bytes) -> {
            long address = IMAGES + (long) carried.size() * IMAGE_STRIDE;
            carried.add(new ElfWriter.Part(address, bytes, 0, Access.READ));
            all.put(label, address);
            all.put(label + "_size", (long) bytes.length);
        });
        Assembled assembled = Assembler.assemble(List.of(PRELUDE, new Source(name, text)),
                Options.at(BASE).withSectionAlignment(KernelLayout.PAGE).withConstants(all));
        List<ElfWriter.Part> parts = new ArrayList<>();
        for (Assembled.Section section : assembled.sections()) {
            if (section.size() > 0) {
                parts.add(new ElfWriter.Part(section.address(), section.bytes(), section.zeroFill(), access(section
                        .name())));
            }
        }
        parts.addAll(carried);
        parts.sort(Comparator.comparingLong(ElfWriter.Part::address));
        Map<String, Long> labels = new LinkedHashMap<>(assembled.symbols());
        labels.keySet().removeAll(all.keySet());
        return ElfWriter.executable(assembled.symbol("_start"), parts, labels);
    }

    private static String read(String resource) {
        try (InputStream in = AssemblyProgram.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the built-in " + resource + " can't be read", e);
        }
    }

    private static Access access(String section) {
        return switch (section) {
            case ".text" -> Access.READ_EXECUTE;
            case ".rodata" -> Access.READ;
            case ".data", ".bss" -> Access.READ_WRITE;
            default -> throw new IllegalArgumentException(
                    "section %s: a program has .text, .rodata, .data and .bss".formatted(section));
        };
    }
}
