package ringspec.isa.assembler;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assembles text in Intel syntax, as NASM and the GNU assembler's Intel mode write it, to bytes of 64-bit mode. Among the encodings of an
 * instruction it picks the one that the GNU assembler picks.
 * <ul>
 * <li>Comments start with {@code ;} or {@code #}. A label is {@code name:}; {@code .name:} is local to the last label without a dot.
 * <li>{@code [rel x]} and {@code [rip + x]} are relative to RIP, {@code [x]} is absolute ({@code default rel} changes that), and a label
 * elsewhere is its address: {@code mov rax, x}, as in NASM.
 * <li>{@code section NAME}, {@code db dw dd dq}, {@code resb resw resd resq}, {@code times N ..}, {@code align N[, fill]},
 * {@code name equ value}, {@code global}; and the GNU names {@code .byte .word .long .quad .ascii .asciz .zero .equ ..}.
 * <li>{@code .if}, {@code .elif}, {@code .else}, {@code .endif} on constants defined before; {@code .rept N[, counter]} .. {@code .endr},
 * where the counter runs from 0 and stands in the body as a word or as {@code \counter}; {@code .macro name a, b=default} ..
 * {@code .endm}, where {@code \a} is the argument and {@code \@} differs in each expansion.
 * <li>Expressions have C's operators on 64 bits; {@code $} is the statement's address, {@code $$} the section's. {@code /}, {@code %} and
 * comparisons are signed, {@code >>} is not.
 * </ul>
 */
public final class Assembler {

    private Assembler() {
    }

    /**
     * Assembles several sources into one set of sections; they share their symbols.
     *
     * @throws AssemblyException with every problem found
     */
    public static Assembled assemble(List<Source> sources, Options options) {
        Program program = new Program();
        options.constants().forEach(program.symbols()::defineOutside);
        Map<String, Macro> macros = new HashMap<>();
        for (Source source : sources) {
            new Expander(program, macros).source(source);
        }
        return new Layout(program, options).run();
    }

    /**
     * Assembles one text.
     *
     * @throws AssemblyException with every problem found
     */
    public static Assembled assemble(String sourceName, String text, Options options) {
        return assemble(List.of(new Source(sourceName, text)), options);
    }

    /**
     * Assembles a short program that has one section and reserves nothing.
     *
     * @param address where it will run
     * @throws AssemblyException        with every problem found
     * @throws IllegalArgumentException if it has several sections, or reservations at its end
     */
    public static byte[] assembleAt(long address, String text) {
        Assembled assembled = assemble("text", text, Options.at(address));
        List<Assembled.Section> sections = assembled.sections().stream().filter(section -> section.size() > 0).toList();
        if (sections.size() > 1 || !sections.isEmpty() && sections.getFirst().zeroFill() > 0) {
            throw new IllegalArgumentException(
                    "a text for assembleAt has one section without trailing reservations, this one has "
                            + sections.stream().map(Assembled.Section::name).toList() + ": call assemble instead");
        }
        return sections.isEmpty() ? new byte[0] : sections.getFirst().bytes();
    }
}
