package ringspec.isa.assembler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the assembler says of text that it can't assemble: where, what is wrong, and what there is instead. */
class AssemblerErrorTest {

    private static AssemblyException failure(String text) {
        AssemblyException failure = catchThrowableOfType(AssemblyException.class,
                () -> Assembler.assemble("test.asm", text, Options.at(0x400000)));
        assertThat(failure).as("the text is refused: " + text).isNotNull();
        return failure;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "movv rax, rbx                | 1  | unknown instruction or directive \"movv\"; did you mean mov",
            "mov rax, xmm0                | 1  | no form of mov takes (r64, xmm): there is mov r/m64, r64; mov r64, r/m64; mov r32/m16, Sreg",
            "add [rax], 1                 | 5  | operand size unknown: say byte, word, dword, qword or xmmword",
            "inc [rax]                    | 5  | operand size unknown",
            "stos                         | 1  | operand size unknown: write the size into the mnemonic",
            "jmp nowhere                  | 5  | undefined symbol nowhere",
            "mov al, 256                  | 9  | 256 doesn't fit in the 8 bits of MOV r8, imm8: expected -128 to 255",
            "add rax, 0x80000000          | 10 | doesn't fit in the sign-extended imm32",
            "mov rcx, [0x123456789]       | 10 | out of reach for an absolute operand",
            "db 256                       | 4  | 256 doesn't fit in 8 bits: expected -128 to 255",
            "loop 0x400100                | 6  | LOOP rel8 reaches -128 to 127",
            "mov ah, r8b                  | 1  | ah can't be named in an instruction with a REX prefix",
            "mov rax, [rbx + ecx]         | 10 | must have the same width",
            "mov rax, [rsp*2]             | 10 | rsp can't be an index register",
            "mov rax, [rbx*3]             | 14 | a scale of 3: expected 1, 2, 4 or 8",
            "mov rax, [rax + rbx + rcx]   | 23 | more than a base and an index register",
            "mov rax, [ax]                | 11 | ax can't be part of an address",
            "lock mov [rax], rbx          | 1  | LOCK is not allowed here (#UD)",
            "lock add rax, rbx            | 1  | write db 0xF0",
            "rep nop                      | 1  | a repeat prefix is for string instructions only",
            "align 3                      | 7  | expected a power of two",
            "dq 1 / 0                     | 6  | division by zero",
            "x equ x + 1                  | 7  | defined by itself",
            "mov rax, 0xZZ                | 10 | is no number of 64 bits",
            "db \"abc                     | 4  | no closing",
            ".x: nop                      | 1  | no global label before it",
            "rax: nop                     | 1  | can't be a symbol",
            "nop nop                      | 1  | no form of nop takes",
            "mov rax rbx                  | 9  | expected the end of the line, found \"rbx\"",
            "dword ptr [rax]              | 1  | unknown instruction or directive",
            ".if here                     | 5  | undefined symbol here (here it must be defined before its use)",
            ".endm                        | 1  | .endm without the directive it belongs to",
            ".rept 3                      | 1  | .rept has no .endr",
            "bits 24                      | 1  | expected 16, 32 or 64",})
    void oneMistakeInOneLine(String line, int column, String message) {
        // a condition needs its end to be judged on its own
        AssemblyException failure = failure(line.startsWith(".if") ? line + "\n.endif" : line);
        AssemblyException.Problem problem = failure.problems().getFirst();
        assertThat(problem.message()).contains(message);
        assertThat(problem.line()).isEqualTo(1);
        assertThat(problem.column()).as("column of: " + failure.getMessage()).isEqualTo(column);
    }

    @Test
    void allProblemsAreToldWithTheirPlaces() {
        AssemblyException failure = failure("  mov al, bx\nnop\njmp gone\nfoo\n");
        assertThat(failure.problems()).extracting(AssemblyException.Problem::line).containsExactly(1, 3, 4);
        assertThat(failure).hasMessageContaining("3 errors")
                .hasMessageContaining(
                        "test.asm:1:3: no form of mov takes (r8, r16): there is mov r/m8, r8; mov r/m16, r16;")
                .hasMessageContaining("\n      mov al, bx\n      ^\n").hasMessageContaining(
                        "\n    jmp gone\n        ^\n");
    }

    @Test
    void anAbsoluteLabelOutOfReachLeadsToRel() {
        AssemblyException failure = catchThrowableOfType(AssemblyException.class,
                () -> Assembler.assembleAt(0x7FFFFFFFB000L, "mov rax, [x]\nx: dq 0"));
        assertThat(failure).hasMessageContaining("text:1:10").hasMessageContaining("write [rel symbol]");
    }

    @Test
    void duplicateLabelsNameTheFirst() {
        assertThat(failure("a: nop\nb: nop\na: nop")).hasMessageContaining(
                "test.asm:3:1: the symbol a is defined already, at test.asm:1");
    }

    @Test
    void misspeltSymbolsAreGuessed() {
        assertThat(failure("syscall_entry: nop\njmp syscal_entry")).hasMessageContaining("did you mean syscall_entry?");
    }

    @Test
    void aMistakeInAMacroTellsBothPlaces() {
        AssemblyException failure = failure(".macro load what\nmov rax, \\what\n.endm\nnop\nload xmm1");
        assertThat(failure).hasMessageContaining("test.asm:2:1: no form of mov").hasMessageContaining("mov rax, xmm1")
                .hasMessageContaining("in the expansion at test.asm:5");
    }

    @Test
    void macroArgumentsAreCounted() {
        assertThat(failure(".macro m a, b\nnop\n.endm\nm 1")).hasMessageContaining(
                "needs an argument for its parameter b");
        assertThat(failure(".macro m a\nnop\n.endm\nm 1, 2")).hasMessageContaining(
                "takes 1 arguments [a], the call has 2");
    }

    @Test
    void endlessExpansionsAreStopped() {
        assertThat(failure(".macro m\nm\n.endm\nm")).hasMessageContaining("does a macro call itself?");
        assertThat(failure(".rept 1000\n.rept 1000\n.rept 1000\nnop\n.endr\n.endr\n.endr")).hasMessageContaining(
                "200000 lines");
    }

    @Test
    void sizesThatDependOnEachOtherAreStopped() {
        assertThat(failure("a: times 5 - (b - a) db 0\nb:")).hasMessageContaining("in a circle");
    }

    @Test
    void hugeReservationsAreRefused() {
        assertThat(failure("resb 1 << 40")).hasMessageContaining("a reservation of");
        assertThat(failure("resb -1")).hasMessageContaining("a reservation of -1 units");
    }
}
