package ringspec.isa.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directives, expressions, macros and layout: what lies around the instructions. */
class AssemblerTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    private static String hex(long address, String text) {
        return HEX.formatHex(Assembler.assembleAt(address, text));
    }

    private static String hex(String text) {
        return hex(0, text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ':', quoteCharacter = '`', value = {"1 + 2 * 3 : 7", "(1 + 2) * 3 : 9", "0x10 : 16",
            "10h : 16", "0b101 : 5",
            "0o17 : 15", "1_000 : 1000", "7 / 2 : 3", "7 % 4 : 3", "-7 / 2 : -3", "1 << 4 | 2 << 1 : 20",
            "-1 >> 60 : 15", "6 & 3 : 2",
            "6 ^ 3 : 5", "~5 & 0xFF : 250", "!0 : 1", "1 < 2 : 1", "2 <= 1 : 0", "3 == 3 && 1 != 1 : 0", "0 || 5 : 1",
            "OUTSIDE * 2 : 84",
            "'A' : 65", "'AB' : 16961", "'\\n' : 10", "$ - $$ : 8", "later - start : 8", "0xFFFFFFFFFFFFFFFF : -1",
            "1 << 64 : 0"})
    void expressions(String expression, long expected) {
        String text = "start: dq 0\nresult equ " + expression + "\nlater:";
        assertThat(Assembler.assemble("test", text, Options.at(0x1000).withConstant("OUTSIDE", 42)).symbol("result"))
                .isEqualTo(expected);
    }

    @Test
    void dataOfAllUnits() {
        assertThat(hex("db 1, -1, 255, 'ab', \"c\\0\"\ndw 0x1234, 'x'\ndd -2\ndq 0x1122334455667788"))
                .isEqualTo("01 FF FF 61 62 63 00 34 12 78 00 FE FF FF FF 88 77 66 55 44 33 22 11");
        assertThat(hex(".byte 1\n.word 2\n.long 3\n.quad 4\n.asciz \"a\"")).isEqualTo(
                "01 02 00 03 00 00 00 04 00 00 00 00 00 00 00 61 00");
    }

    @Test
    void commentsAndBlankLines() {
        assertThat(hex("; one\n\n  nop ; two\n# three\nnop # four\ndb ';', '#' ; five")).isEqualTo("90 90 3B 23");
    }

    @Test
    void localLabelsBelongToTheLastGlobalOne() {
        Assembled assembled = Assembler.assemble("test", "a:\n.x: jmp .x\nb:\n.x: jmp .x\njmp a.x", Options.at(0x10));
        assertThat(HEX.formatHex(assembled.section(".text").bytes())).isEqualTo("EB FE EB FE EB FA");
        assertThat(assembled.symbols()).containsEntry("a", 0x10L).containsEntry("a.x", 0x10L).containsEntry("b.x",
                0x12L);
    }

    @Test
    void sectionsFollowOneAnotherAlignedUnlessPlaced() {
        String text =
                "section .text\nnop\nsection .data\ndb 1\nresb 3\nsection .text\nnop\nsection .bss\nbuffer: resq 2\nend:";
        Assembled assembled = Assembler.assemble("test", text, Options.at(0x1000).withSectionAlignment(0x100)
                .withSection(".bss", 0x8000));
        assertThat(assembled.sections()).extracting(Assembled.Section::name).containsExactly(".text", ".data", ".bss");
        assertThat(assembled.sections()).extracting(Assembled.Section::address).containsExactly(0x1000L, 0x1100L,
                0x8000L);
        assertThat(assembled.section(".text").bytes()).hasSize(2);
        assertThat(assembled.section(".data").bytes()).hasSize(1);
        assertThat(assembled.section(".data").zeroFill()).isEqualTo(3);
        assertThat(assembled.section(".bss").zeroFill()).isEqualTo(16);
        assertThat(assembled.symbol("end")).isEqualTo(0x8010);
    }

    @Test
    void overlappingSectionsAreRefused() {
        Options options = Options.at(0x1000).withSection(".data", 0x1001);
        assertThatThrownBy(() -> Assembler.assemble("test", "nop\nnop\nsection .data\ndb 1", options))
                .isInstanceOf(AssemblyException.class).hasMessageContaining(
                        ".text (0x1000 to 0x1002) and .data (0x1001 to 0x1002) overlap");
    }

    @Test
    void alignmentFillsCodeWithNopsAndDataWithZeros() {
        assertThat(hex("ret\nalign 4\nret")).isEqualTo("C3 0F 1F 00 C3");
        assertThat(hex("db 1\nalign 4\ndb 2")).isEqualTo("01 00 00 00 02");
        assertThat(hex("ret\nalign 4, 0xCC\nret")).isEqualTo("C3 CC CC CC C3");
        assertThat(hex(2, "db 1\nalign 4\ndb 2")).as("of the address, not of the offset").isEqualTo("01 00 02");
    }

    @Test
    void timesRepeatsAndMayDependOnAddresses() {
        assertThat(hex("times 3 db 1, 2")).isEqualTo("01 02 01 02 01 02");
        assertThat(hex("times 2 nop")).isEqualTo("90 90");
        assertThat(hex("db 7\ntimes 4 - ($ - $$) db 0\ndb 8")).isEqualTo("07 00 00 00 08");
        assertThat(hex("times 2 dw $")).isEqualTo("00 00 02 00");
    }

    @Test
    void macrosWithArgumentsDefaultsAndUniqueLabels() {
        String text = """
                .macro store where, what=7
                    mov dword ptr \\where, \\what
                .endm
                .macro skip
                    jmp done\\@
                    nop
                done\\@:
                .endm
                    store [rax + rcx*2]
                    store [rbx], (1 + 2)
                    skip
                    skip
                """;
        assertThat(hex(text)).isEqualTo("C7 04 48 07 00 00 00 C7 03 03 00 00 00 EB 01 90 EB 01 90");
    }

    @Test
    void repetitionCountsAsWordAndAsArgument() {
        assertThat(hex(".rept 3, i\n.if i == 1\ndb 0xFF\n.else\ndb i * 2\n.endif\n.endr")).isEqualTo("00 FF 04");
        Assembled assembled = Assembler.assemble("test", ".rept 2, n\nstub_\\n: push n\n.endr", Options.at(0));
        assertThat(assembled.symbols()).containsEntry("stub_0", 0L).containsEntry("stub_1", 2L);
        assertThat(hex(".rept 2, a\n.rept 2, b\ndb a * 16 + b\n.endr\n.endr")).isEqualTo("00 01 10 11");
    }

    @ParameterizedTest
    @CsvSource({"1, 01", "2, 02", "3, 03"})
    void oneBranchOfAConditionIsTaken(long kind, String expected) {
        String text = ".if KIND == 1\ndb 1\n.if 0\ndb 9\n.endif\n.elif KIND == 2\ndb 2\n.else\ndb 3\n.endif";
        Assembled assembled = Assembler.assemble("test", text, Options.at(0).withConstant("KIND", kind));
        assertThat(HEX.formatHex(assembled.section(".text").bytes())).isEqualTo(expected);
    }

    @Test
    void branchesTakeTheShortestFormThatReaches() {
        assertThat(hex("jmp end\ntimes 127 nop\nend:")).startsWith("EB 7F 90");
        assertThat(hex("jmp end\ntimes 128 nop\nend:")).startsWith("E9 80 00 00 00 90");
        assertThat(hex("jmp near end\nend:")).isEqualTo("E9 00 00 00 00");
        assertThat(hex("x: jne x")).isEqualTo("75 FE");
        assertThat(hex(0x400000, "jmp 0x400010")).isEqualTo("EB 0E");
    }

    @Test
    void oneGrowingBranchMakesAnotherGrow() {
        String text = "first: jmp far_one\njmp far_two\ntimes 123 nop\nfar_one: times 5 nop\nfar_two:";
        assertThat(hex(text)).startsWith("E9 80 00 00 00 E9 80 00 00 00 90");
    }

    @Test
    void addressesOfMemoryOperands() {
        assertThat(hex(0x1000, "mov rax, [rel x]\nx:")).isEqualTo("48 8B 05 00 00 00 00");
        assertThat(hex(0x1000, "mov rax, [rip + x]\nx:")).isEqualTo("48 8B 05 00 00 00 00");
        assertThat(hex(0x1000, "mov rax, [rip + 8]")).isEqualTo("48 8B 05 08 00 00 00");
        assertThat(hex(0x1000, "mov dword ptr [rel x], 1\nx:")).as("behind the immediate").isEqualTo(
                "C7 05 00 00 00 00 01 00 00 00");
        assertThat(hex(0x1000, "mov rax, [x]\nx:")).isEqualTo("48 8B 04 25 08 10 00 00");
        assertThat(hex(0xFFFFFFFF80200000L, "mov rax, [x]\nx:")).isEqualTo("48 8B 04 25 08 00 20 80");
        assertThat(hex(0x1000, "default rel\nmov rax, [x]\nx:")).isEqualTo("48 8B 05 00 00 00 00");
        assertThat(hex("mov rax, gs:[0x10]")).isEqualTo(hex("mov rax, [gs:0x10]")).isEqualTo(
                "65 48 8B 04 25 10 00 00 00");
        assertThat(hex("mov rax, [rbx + (b - a)]\na: nop\nb:")).isEqualTo("48 8B 43 01 90");
    }

    @Test
    void immediatesFromLabelsTakeTheShortestThatFits() {
        assertThat(hex(0x400000, "x: mov rax, x")).isEqualTo("48 C7 C0 00 00 40 00");
        assertThat(hex(0xFFFFFFFF80200000L, "x: mov rax, x")).isEqualTo("48 C7 C0 00 00 20 80");
        assertThat(hex(0x7FFFFFFFB000L, "x: mov rax, x")).isEqualTo("48 B8 00 B0 FF FF FF 7F 00 00");
        assertThat(hex("mov rax, end - start\nstart: ret\nend:")).isEqualTo("48 C7 C0 01 00 00 00 C3");
    }

    @Test
    void numbersBeyondTheDisplacementTakeTheAccumulatorForm() {
        assertThat(hex("mov rax, [0x1122334455667788]")).isEqualTo("48 A1 88 77 66 55 44 33 22 11");
        assertThat(hex("movabs [0x10], al")).isEqualTo("A2 10 00 00 00 00 00 00 00");
    }

    @Test
    void explicitSizesOfImmediates() {
        assertThat(hex("push byte 5")).isEqualTo("6A 05");
        assertThat(hex("push dword 5")).isEqualTo("68 05 00 00 00");
        assertThat(hex("push word 0x1234")).isEqualTo("66 68 34 12");
    }

    @Test
    void sourcesShareSectionsSymbolsAndMacros() {
        Source one = new Source("one.asm", ".macro twice\nnop\nnop\n.endm\nglobal a\na: jmp b\nsection .data\ndb 1");
        Source two = new Source("two.asm", "b: twice\nsection .data\ndb 2");
        Assembled assembled = Assembler.assemble(List.of(one, two), Options.at(0));
        assertThat(HEX.formatHex(assembled.section(".text").bytes())).isEqualTo("EB 00 90 90");
        assertThat(HEX.formatHex(assembled.section(".data").bytes())).isEqualTo("01 02");
        assertThat(assembled.exported()).containsExactly("a");
    }

    @Test
    void linesTellWhereBytesComeFrom() {
        Assembled assembled = Assembler.assemble("a.asm", ".macro two\nnop\nret\n.endm\nnop\ntwo\ndq 1", Options.at(
                0x100));
        assertThat(assembled.lines()).containsExactly(new Assembled.Line(0x100, 1, "a.asm", 5), new Assembled.Line(
                0x101, 1, "a.asm", 6),
                new Assembled.Line(0x102, 1, "a.asm", 6), new Assembled.Line(0x103, 8, "a.asm", 7));
        assertThat(assembled.lineAt(0x10A)).map(Assembled.Line::toString).contains("a.asm:7");
        assertThat(assembled.lineAt(0x10B)).isEmpty();
        assertThat(assembled.lineAt(0xFF)).isEmpty();
    }

    @Test
    void prefixesAndStringInstructions() {
        assertThat(hex("rep movsb\nrepe cmpsq\nrepne scasb\nlodsd\nfs lodsb\nstosw")).isEqualTo(
                "F3 A4 F3 48 A7 F2 AE AD 64 AC 66 AB");
        assertThat(hex("lock cmpxchg [rdi], rax")).isEqualTo("F0 48 0F B1 07");
    }
}
