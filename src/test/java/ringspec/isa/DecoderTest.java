package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.isa.Operand.Imm;
import ringspec.isa.Operand.Mem;
import ringspec.isa.Operand.Reg;

class DecoderTest {

    private static Decoded decode(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return Decoder.decode(bytes, 0, bytes.length);
    }

    private static Instruction instruction(String hex) {
        return (Instruction) decode(hex);
    }

    @ParameterizedTest
    @ValueSource(strings = {"06", "07", "0E", "16", "1E", "17", "1F", "27", "2F", "37", "3F", "60", "61", "62 00",
            "82 C0 00",
            "9A 00 00 00 00 00 00", "CE", "D4 0A", "D5 0A", "D6",
            "EA 00 00 00 00 00 00",
            // an undefined digit; LEA of a register; MOV to CS; MOV to segment 6; CR1; CR5; DR8
            "FE D0", "FF F8", "8D C0", "8E C8", "8E F0", "0F 20 C8", "0F 22 E8", "44 0F 21 C0",
            // VEX after 66, F2, F3, LOCK and REX; map 0; map 4; VEX.vvvv without an operand; L=1 of a 128-bit row
            "66 C5 F8 57 C0", "F2 C5 F8 57 C0", "F3 C5 F8 57 C0", "F0 C5 F8 57 C0", "48 C5 F8 57 C0", "C4 E0 78 57 C0",
            "C4 E4 78 57 C0", "C5 F0 50 C0", "C4 E2 7D DB C0",
            // a gather without SIB, from a register, and with one register in two roles
            "C4 E2 71 90 00", "C4 E2 71 90 C4", "C4 E2 71 90 04 08",
            // CMPXCHG8B of a register; 66 before an NP row; F3 where only 66 and none are defined
            "0F C7 C8", "66 0F C3 00", "F3 0F 28 C0"})
    void notInThisMode(String hex) {
        assertThat(decode(hex)).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F0 01 C0", "F0 03 00", "F0 89 00", "F0 90", "F0 39 00", "F0 0F A3 00", "F0 84 00",
            "F0 87 C0", "F0 C3"})
    void lockNeedsALockableInstructionWithAMemoryDestination(String hex) {
        assertThat(decode(hex)).isInstanceOf(Decoded.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F0 01 00", "F0 48 0F C1 03", "F0 FF 00", "F0 0F AB 00", "F0 87 00", "F0 0F C7 08",
            "F0 48 0F B1 0B"})
    void lockIsAcceptedOnMemory(String hex) {
        assertThat(instruction(hex).lock()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
            // a REX counts only directly before the opcode
            "48 66 01 C0, 16, ADD r/m16", "66 48 01 C0, 64, ADD r/m64", "48 41 01 C0, 32, ADD r/m32",
            "40 48 01 C0, 64, ADD r/m64",
            // stack and near branches
            "50, 64, PUSH r64", "66 50, 16, PUSH r16", "48 50, 64, PUSH r64", "66 48 50, 64, PUSH r64",
            "66 C3, 64, RET",
            "66 E8 00 00 00 00, 64, CALL rel32", "FF D0, 64, CALL r/m64", "66 FF D0, 64, CALL r/m64",
            // REX.W wins over 66, and is ignored where there is no 64-bit form
            "66 48 98, 64, CDQE", "66 98, 16, CBW", "98, 32, CWDE", "48 6D, 32, INS", "48 0F 20 D8, 64, MOV r64",
            // mandatory prefixes: the last of F2 and F3, either before 66
            "F2 F3 0F 10 C1, 32, MOVSS", "F3 F2 0F 10 C1, 32, MOVSD", "66 F2 0F 10 C1, 16, MOVSD",
            "F2 66 0F 10 C1, 16, MOVSD",
            "66 F3 0F B8 C1, 16, POPCNT", "F3 48 0F B8 C1, 64, POPCNT", "F2 0F BC C1, 32, BSF",
            "F3 0F BC C1, 32, TZCNT",
            "90, 32, NOP", "48 90, 64, NOP", "66 90, 16, XCHG r16", "41 90, 32, XCHG r32", "F3 90, 32, PAUSE",
            "F2 90, 32, NOP",
            "F3 0F 1E FA, 32, ENDBR64", "0F 1E FA, 32, NOP r/m32", "0F 01 F8, 32, SWAPGS", "0F 01 38, 32, INVLPG"})
    void sizesAndForms(String hex, int operandSize, String signature) {
        Instruction instruction = instruction(hex);
        assertThat(instruction.form().signature()).startsWith(signature);
        if (instruction.form().operandSize() != 0 && !signature.equals("NOP")) {
            assertThat(instruction.operandSize()).isEqualTo(operandSize);
        }
        assertThat(instruction.length()).isEqualTo(hex.replace(" ", "").length() / 2);
    }

    @ParameterizedTest
    @CsvSource({"88 E0, al, ah", "40 88 E0, al, spl", "40 88 F8, al, dil", "44 88 E0, al, r12b", "88 FC, ah, bh"})
    void byteRegistersDependOnRex(String hex, String destination, String source) {
        assertThat(instruction(hex).operands()).containsExactly(Reg.of(Register.named(destination)), Reg.of(Register
                .named(source)));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
            // bytes, segment, overridden, base, index, scale, displacement, address size
            "8B 00, ds, false, rax, -, 1, 0, 64", "67 8B 00, ds, false, eax, -, 1, 0, 32",
            "8B 05 F0 FF FF FF, ds, false, rip, -, 1, -16, 64", "67 8B 05 10 00 00 00, ds, false, rip, -, 1, 16, 32",
            "8B 04 24, ss, false, rsp, -, 1, 0, 64", "41 8B 04 24, ds, false, r12, -, 1, 0, 64",
            "8B 45 08, ss, false, rbp, -, 1, 8, 64", "41 8B 45 08, ds, false, r13, -, 1, 8, 64",
            "8B 04 25 00 00 00 80, ds, false, -, -, 1, -2147483648, 64",
            "8B 04 C5 10 00 00 00, ds, false, -, rax, 8, 16, 64",
            "42 8B 04 20, ds, false, rax, r12, 1, 0, 64", "8B 04 60, ds, false, rax, -, 2, 0, 64",
            "43 8B 44 AC 80, ds, false, r12, r13, 4, -128, 64", "64 8B 45 00, fs, true, rbp, -, 1, 0, 64",
            "65 64 8B 00, fs, true, rax, -, 1, 0, 64", "2E 8B 00, ds, false, rax, -, 1, 0, 64",
            "65 36 8B 00, gs, true, rax, -, 1, 0, 64", "3E 8B 45 00, ss, false, rbp, -, 1, 0, 64"})
    void memoryOperands(String hex, String segment, boolean overridden, String base, String index, int scale,
            long displacement,
            int addressSize) {
        assertThat(instruction(hex).operand(1)).isEqualTo(new Mem(Register.named(segment), overridden,
                base == null ? null : Register.named(base), index == null ? null : Register.named(index), scale,
                displacement, 4, addressSize));
    }

    @Test
    void moffsHoldsAnOffsetOfAddressSize() {
        assertThat(((Mem) instruction("A1 88 77 66 55 44 33 22 F1").operand(1)).displacement()).isEqualTo(
                0xF122334455667788L);
        assertThat(((Mem) instruction("67 A1 FF FF FF FF").operand(1)).displacement()).isEqualTo(0xFFFFFFFFL);
    }

    @Test
    void stringOperandsTakeAnOverrideOnTheSourceOnly() {
        Instruction movs = instruction("F3 65 48 A5");
        assertThat(movs.repeat()).isEqualTo(Repeat.REP);
        assertThat(((Mem) movs.operand(0)).segment()).isSameAs(Register.ES);
        assertThat(((Mem) movs.operand(1)).segment()).isSameAs(Register.GS);
        assertThat(instruction("F2 F3 A6").repeat()).isEqualTo(Repeat.REP);
        assertThat(instruction("F3 F2 A6").repeat()).isEqualTo(Repeat.REPNE);
        assertThat(instruction("F3 01 C0").repeat()).isEqualTo(Repeat.NONE);
    }

    @ParameterizedTest
    @CsvSource({"83 C0 FF, -1", "6A 80, -128", "C1 E0 FF, 255", "CD 80, 128", "48 C7 C0 00 00 00 80, -2147483648",
            "48 B8 00 00 00 80 00 00 00 00, 2147483648", "C2 FF FF, 65535", "0F BA E0 FF, 255"})
    void immediatesExtendAsTheOperationUsesThem(String hex, long value) {
        assertThat(((Imm) instruction(hex).operands().getLast()).value()).isEqualTo(value);
    }

    @Test
    void controlRegisterMovesIgnoreMod() {
        assertThat(instruction("0F 20 18").operands()).isEqualTo(instruction("0F 20 D8").operands());
        assertThat(instruction("0F 22 1C").length()).isEqualTo(3);
        assertThat(instruction("44 0F 22 C0").operand(0)).isEqualTo(Reg.of(Register.named("cr8")));
    }

    @Test
    void jrcxzIsChosenByAddressSize() {
        assertThat(instruction("E3 00").mnemonic()).isEqualTo("JRCXZ");
        assertThat(instruction("67 E3 00").mnemonic()).isEqualTo("JECXZ");
    }

    @Test
    void fifteenBytesAreTheLimit() {
        String prefixes = "66".repeat(13);
        assertThat(instruction(prefixes + "01C0").length()).isEqualTo(15);
        assertThat(decode("66" + prefixes + "01C0")).isInstanceOf(Decoded.TooLong.class);
        assertThat(decode("66".repeat(15))).isInstanceOf(Decoded.TooLong.class);
        assertThat(decode("66".repeat(14))).isEqualTo(new Decoded.Truncated(1));
        // it would need a 16th byte: that is known before all 15 are there
        assertThat(decode("66".repeat(10) + "81C0")).isInstanceOf(Decoded.Truncated.class);
        assertThat(decode("66".repeat(12) + "81C0")).isInstanceOf(Decoded.TooLong.class);
    }

    @Test
    void missingBytesAreCounted() {
        assertThat(decode("")).isEqualTo(new Decoded.Truncated(1));
        assertThat(decode("0F")).isEqualTo(new Decoded.Truncated(1));
        assertThat(decode("48 B8 01 02")).isEqualTo(new Decoded.Truncated(6));
        assertThat(decode("81 84 24 00 00 00")).isEqualTo(new Decoded.Truncated(5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            // REX bits, inverted in VEX; two bytes and three bytes of prefix
            "BITS_64 | C5 F4 58 C2          | vaddps ymm0,ymm1,ymm2",
            "BITS_64 | C4 41 34 58 C2       | vaddps ymm8,ymm9,ymm10",
            "BITS_64 | C4 C3 69 4A CB 40    | vblendvps xmm1,xmm2,xmm11,xmm4",
            "BITS_64 | C4 A2 69 90 0C 90    | vpgatherdd xmm1,DWORD PTR [rax+xmm10*4],xmm2",
            // LES and LDS where ModRM names memory, VEX where it would name a register; VEX.B means nothing there
            "BITS_32 | C5 F4 58 C2          | vaddps ymm0,ymm1,ymm2",
            "BITS_32 | C4 C1 74 58 C2       | vaddps ymm0,ymm1,ymm2",
            "BITS_32 | C5 74 58 00          | lds    esi,FWORD PTR [eax+ebx*2+0x0]",
            "BITS_16 | C4 00                | les    ax,DWORD PTR [bx+si]",
            "BITS_16 | 66 67 8B 44 24 04    | mov    eax,DWORD PTR [esp+0x4]",
            "BITS_16 | 2E 8A 86 34 12       | mov    al,BYTE PTR cs:[bp+0x1234]",
            "BITS_16 | EA 00 7C 00 00       | jmp    0x0:0x7c00",
            "BITS_32 | 40                   | inc    eax",
            "BITS_32 | 82 C0 05             | add    al,0x5",
            "BITS_32 | 67 E3 05             | jcxz   0x8",
            "BITS_32 | 62 00                | bound  eax,QWORD PTR [eax]",
            "BITS_64 | D8 C3                | fadd   st,st(3)",
            "BITS_64 | 0F FC 08             | paddb  mm1,QWORD PTR [rax]"})
    void codeOfEverySize(CodeSize codeSize, String hex, String text) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        Decoded decoded = Decoder.decode(codeSize, bytes, 0, bytes.length);
        assertThat(decoded).as(hex).isInstanceOf(Instruction.class);
        Instruction instruction = (Instruction) decoded;
        assertThat(Disassembler.format(instruction, 0)).isEqualTo(text);
        assertThat(instruction.length()).isEqualTo(bytes.length);
        assertThat(instruction.codeSize()).isEqualTo(codeSize);
    }

    @Test
    void theStackSegmentIsTheDefaultOfBp() {
        byte[] bytes = HexFormat.of().parseHex("8A4200");
        Instruction instruction = (Instruction) Decoder.decode(CodeSize.BITS_16, bytes, 0, bytes.length);
        assertThat(instruction.operand(1)).isEqualTo(new Mem(Register.SS, false, Register.named("bp"), Register.named(
                "si"), 1, 0, 1, 16));
    }
}
