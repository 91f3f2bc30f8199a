package ringspec.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text itself, for machines without objdump; {@link ObjdumpComparisonTest} has the breadth. */
class DisassemblerTest {

    private static Instruction instruction(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return (Instruction) Decoder.decode(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"4801d8 | add    rax,rbx",
            "f348a5 | rep movs QWORD PTR es:[rdi],QWORD PTR ds:[rsi]",
            "65488b242508000000 | mov    rsp,QWORD PTR gs:0x8",
            "662e0f1f840000000000 | cs nop WORD PTR [rax+rax*1+0x0]",
            "66662e0f1f840000000000 | data16 cs nop WORD PTR [rax+rax*1+0x0]", "0f01f8 | swapgs", "480f07 | sysretq",
            "48cf | iretq",
            "0f22d8 | mov    cr3,rax", "48b8ffffffffffffffff | movabs rax,0xffffffffffffffff", "d1e0 | shl    eax,1",
            "f20fc2c100 | cmpeqsd xmm0,xmm1", "f20fc2c108 | cmpsd  xmm0,xmm1,0x8", "3effe0 | notrack jmp rax",
            "f2c3 | bnd ret", "8b0420 | mov    eax,DWORD PTR [rax+riz*1]"})
    void readsAsObjdumpPrintsIt(String hex, String text) {
        assertThat(Disassembler.format(instruction(hex.trim()), 0)).isEqualTo(text);
    }

    @Test
    void addressesTakeTheirSymbol() {
        assertThat(Disassembler.format(instruction("e8fb0f0000"), 0x401000, address -> address == 0x402000 ? "main"
                : null))
                .isEqualTo("call   402000 <main>");
        assertThat(Disassembler.format(instruction("488d05f90f0000"), 0x401000, address -> "table+0x10"))
                .isEqualTo("lea    rax,[rip+0xff9]        # 402000 <table+0x10>");
        assertThat(Disassembler.format(instruction("ebfe"), 0x401000)).isEqualTo("jmp    0x401000");
    }
}
