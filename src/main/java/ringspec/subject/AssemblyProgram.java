package ringspec.subject;

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
import ringspec.kernel.KernelContract;
import ringspec.kernel.KernelLayout;

/**
 * A ring-3 program as assembly text: sections .text, .rodata, .data and .bss, each on pages of its own from 0x400000 up, with
 * the constants of the kernel's contract defined. Execution begins at {@code _start}.
 */
public final class AssemblyProgram {

    /** Where the first section lies. */
    public static final long BASE = 0x400000;

    private AssemblyProgram() {
    }

    /**
     * An ELF file with the program.
     *
     * @param name for error messages
     * @param text the assembly
     * @param constants defined besides those of the contract
     * @throws AssemblyException        if the text can't be assembled
     * @throws IllegalArgumentException if it has no {@code _start}, or an unknown section
     */
    public static byte[] assemble(String name, String text, Map<String, Long> constants) {
        Map<String, Long> all = new LinkedHashMap<>(KernelContract.constants());
        all.putAll(constants);
        Assembled assembled = Assembler.assemble(name, text,
                Options.at(BASE).withSectionAlignment(KernelLayout.PAGE).withConstants(all));
        List<ElfWriter.Part> parts = new ArrayList<>();
        for (Assembled.Section section : assembled.sections()) {
            if (section.size() > 0) {
                parts.add(new ElfWriter.Part(section.address(), section.bytes(), section.zeroFill(), access(section
                        .name())));
            }
        }
        parts.sort(Comparator.comparingLong(ElfWriter.Part::address));
        Map<String, Long> labels = new LinkedHashMap<>(assembled.symbols());
        labels.keySet().removeAll(all.keySet());
        return ElfWriter.executable(assembled.symbol("_start"), parts, labels);
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
