package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ringspec.isa.OperandSpec.Role;

class InstructionTableTest {

    private static final int SAMPLES = 40;

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyRowDecodesToItself(CodeSize codeSize) {
        EncodingSamples samples = new EncodingSamples(1);
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            for (int i = 0; i < SAMPLES; i++) {
                byte[] bytes = samples.sample(form, codeSize);
                String hex = HexFormat.of().formatHex(bytes);
                Decoded decoded = Decoder.decode(codeSize, bytes, 0, bytes.length);
                assertThat(decoded).as("%s of %s", hex, form).isInstanceOf(Instruction.class);
                Instruction instruction = (Instruction) decoded;
                assertThat(instruction.length()).as("length of %s", hex).isEqualTo(bytes.length);
                assertThat(instruction.bytes()).isEqualTo(bytes);
                if (!form.attributes().has("variant")) {
                    assertThat(instruction.form()).as(hex).isSameAs(form);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CodeSize.class)
    void everyRowIsReachable(CodeSize codeSize) {
        EncodingSamples samples = new EncodingSamples(2);
        for (InstructionForm form : InstructionTable.get().forms(codeSize)) {
            boolean reached = false;
            for (int i = 0; i < 200 && !reached; i++) {
                byte[] bytes = samples.sample(form, codeSize);
                reached = Decoder.decode(codeSize, bytes, 0, bytes.length) instanceof Instruction instruction
                        && instruction
                                .form() == form;
            }
            assertThat(reached).as("some encoding decodes to %s", form).isTrue();
        }
    }

    @Test
    void theEncodingColumnAndTheOperandsAgreeAboutImmediates() {
        for (InstructionForm form : InstructionTable.get().forms()) {
            List<Integer> sizes = form.operands().stream().filter(o -> o.role() == Role.IMM || o.role() == Role.REL
                    || o.role() == Role.FAR)
                    .map(OperandSpec::size).toList();
            assertThat(sizes).as(form.id()).isEqualTo(form.encoding().immediates());
        }
    }

    @Test
    void everyModRmFieldIsNamedByAtMostOneOperand() {
        for (InstructionForm form : InstructionTable.get().forms()) {
            for (Role role : List.of(Role.REG, Role.RM, Role.OPCODE, Role.VVVV, Role.IS4)) {
                assertThat(form.operands().stream().filter(o -> o.role() == role).count()).as("%s in %s", role, form)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aliasesLeadToTheSameRows() {
        assertThat(InstructionTable.get().formsOf("jz")).isEqualTo(InstructionTable.get().formsOf("JE")).isNotEmpty();
        assertThat(InstructionTable.get().formsOf("nosuch")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "ADD r/m64, r64 | REX.W + 01 /r | -; expected 4 columns",
            "ADD r/m65, r64 | 01 /r | - | -; unknown operand \"r/m65\"",
            "ADD r/m64, r64 | 01 /q | - | -; unknown token \"/q\"",
            "ADD r/m64, r64 | 01 /r | - | lokc; unknown attribute \"lokc\"",
            "ADD r/m64, r64 | 01 /r | - | flags=X; unknown flag 'X'",
            "VADDPS ymm1, ymm2, ymm3/m256 | VEX.256.0F.WIG 58 /r | AVX | -; needs en=",
            "VADDPS ymm1, ymm2, ymm3/m256 | VEX.256.0F.WIG 58 /r | AVX | en=RV; has 2 letters for 3 operands",
            "VADDPS ymm1, ymm2, ymm3/m256 | VEX.256.0F.WIG 58 /r | AVX | en=RMV; so ModRM.rm must hold it, not VVVV",
            "VADDPS ymm1, ymm2, ymm3/m256 | VEX.0F.WIG 58 /r | AVX | en=RVM; lacks its vector length",
            "VADDPS ymm1, ymm2, ymm3/m256 | VEX.512.0F.WIG 58 /r | AVX | en=RVM; unknown part \"512\"",
            "FADD ST(0), ST(i) | D8 40+i | FPU | -; +i needs a fixed ModRM byte",
            "ADD r/m64, r64 | /r | - | -; must have one opcode byte"})
    void aBadRowIsRefusedWithItsReason(String row, String reason) {
        assertThatThrownBy(() -> InstructionTable.parse(0, "test", row)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason.trim());
    }
}
