package ringspec.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringspec.fixture.Fixtures;

final class ElfImageTest {
    private static final long USER_MAX = 0x7FFF_FFFF_F000L;

    private static byte[] file(String id) {
        return Fixtures.read(MalformedElfGenerator.FIXTURES, id).bytes();
    }

    /** The base with fields overwritten: name, value, name, value. */
    private static byte[] minimal(Object... fieldsAndValues) {
        byte[] file = file("minimal");
        ElfFields fields = new ElfFields(file);
        for (int i = 0; i < fieldsAndValues.length; i += 2) {
            fields.set(file, (String) fieldsAndValues[i], ((Number) fieldsAndValues[i + 1]).longValue());
        }
        return file;
    }

    private static ElfRule rule(ElfResult result) {
        assertThat(result).isInstanceOf(ElfResult.Refused.class);
        return ((ElfResult.Refused) result).error().rule();
    }

    @Test
    void holdsWhatTheLoaderNeeds() {
        ElfImage image = ElfImage.parse(file("minimal")).orThrow();
        assertThat(image.type()).isEqualTo(ElfImage.Type.EXECUTABLE);
        assertThat(image.entry()).isEqualTo(0x400120);
        assertThat(image.segments()).containsExactly(
                new Segment(0, 0x400120, 0x120, 0x3D, 0x3D, Access.READ_EXECUTE, 0x1000),
                new Segment(1, 0x40115D, 0x15D, 8, 8, Access.READ, 0x1000),
                new Segment(2, 0x402165, 0x165, 8, 0x1390, Access.READ_WRITE, 0x1000));
        assertThat(image.stack()).isEqualTo(new Stack(true, 0, 0x4000));
        assertThat(image.pageRanges()).containsExactly(new PageRange(0x400000, 0x401000, Access.READ_EXECUTE),
                new PageRange(0x401000, 0x402000, Access.READ), new PageRange(0x402000, 0x404000, Access.READ_WRITE));
        ByteBuffer constant = image.content(image.segments().get(1)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(constant.isReadOnly()).isTrue();
        assertThat(constant.getLong()).isEqualTo(0x1122334455667788L);
    }

    @Test
    void doesNotChangeWithTheArrayItWasMadeFrom() {
        byte[] file = file("minimal");
        ElfImage image = ElfImage.parse(file).orThrow();
        Arrays.fill(file, (byte) 0xA5);
        assertThat(image.content(image.segments().get(1)).get(0)).isEqualTo((byte) 0x88);
    }

    @Test
    void knowsTheRightsOfAPageButNotBeyondIt() {
        ElfImage image = ElfImage.parse(file("minimal")).orThrow();
        assertThat(image.accessAt(0x3FFFFF)).isEmpty();
        assertThat(image.accessAt(0x400000)).contains(Access.READ_EXECUTE);
        assertThat(image.accessAt(0x401FFF)).contains(Access.READ);
        assertThat(image.accessAt(0x403FFF)).contains(Access.READ_WRITE);
        assertThat(image.accessAt(0x404000)).isEmpty();
        assertThat(image.accessAt(-1)).isEmpty();
    }

    @Test
    void namesAddressesBySymbol() {
        SymbolTable symbols = ElfImage.parse(file("minimal")).orThrow().symbols();
        assertThat(symbols.addressOf("constant")).contains(0x40115DL);
        assertThat(symbols.addressOf("nowhere")).isEmpty();
        assertThat(symbols.locate(0x400120)).contains("_start");
        assertThat(symbols.locate(0x400124)).contains("_start+0x4");
        assertThat(symbols.locate(0x40011F)).isEmpty();
        assertThat(symbols.sections()).extracting(Section::name).contains(".text", ".rodata", ".data", ".bss");
        assertThat(symbols.notes()).isEmpty();
    }

    @Test
    void aFunctionOfKnownSizeEndsThere() {
        ElfImage image = ElfImage.parse(file("hello")).orThrow();
        Symbol last = image.symbols().symbols().stream().filter(s -> s.function() && s.size() > 0)
                .reduce((a, b) -> Long.compareUnsigned(a.address(), b.address()) < 0 ? b : a).orElseThrow();
        assertThat(image.symbols().locate(last.address() + last.size() - 1)).isPresent();
        assertThat(image.symbols().locate(last.address() + last.size())).isEmpty();
    }

    @Test
    void aDamagedSectionTableIsNotedAndNothingMore() {
        ElfImage image = ElfImage.parse(minimal("e_shoff", 0x7FFF_FFFFL)).orThrow();
        assertThat(image.symbols().symbols()).isEmpty();
        assertThat(image.symbols().notes()).singleElement().asString().contains("e_shoff 0x7fffffff");
        assertThat(image.segments()).hasSize(3);
    }

    @Test
    void theStackGrowsInWholePagesAndNeverBelowTheDefault() {
        assertThat(ElfImage.parse(minimal("phdr[3].p_memsz", 1)).orThrow().stack()).isEqualTo(new Stack(true, 1,
                0x4000));
        assertThat(ElfImage.parse(minimal("phdr[3].p_memsz", 0x4001)).orThrow().stack())
                .isEqualTo(new Stack(true, 0x4001, 0x5000));
        assertThat(ElfImage.parse(minimal("phdr[3].p_type", 4)).orThrow().stack()).isEqualTo(new Stack(false, 0,
                0x4000));
        assertThat(ElfImage.parse(file("big-stack")).orThrow().stack().size()).isEqualTo(0x40000);
    }

    @Test
    void theImageMayEndWhereTheGuardPageBegins() {
        long room = USER_MAX - 0x5000 - 0x402165;
        assertThat(ElfImage.parse(minimal("phdr[2].p_memsz", room)).orThrow().segments().get(2).end())
                .isEqualTo(0x7FFF_FFFF_A000L);
        assertThat(rule(ElfImage.parse(minimal("phdr[2].p_memsz", room + 1)))).isEqualTo(ElfRule.STACK_OVERLAP);
    }

    @Test
    void segmentsWithTheSameRightsMayShareAPage() {
        ElfImage image = ElfImage.parse(minimal("phdr[1].p_flags", 6, "phdr[1].p_vaddr", 0x40215D)).orThrow();
        assertThat(image.pageRanges()).containsExactly(new PageRange(0x400000, 0x401000, Access.READ_EXECUTE),
                new PageRange(0x402000, 0x404000, Access.READ_WRITE));
    }

    @Test
    void aRefusalTeaches() {
        ElfResult result = ElfImage.parse(minimal("e_machine", 3));
        ElfError error = ((ElfResult.Refused) result).error();
        assertThat(error).hasToString(
                "e_machine is 3 (EM_386), expected 62 (EM_X86_64): build for x86-64 [LOAD-01, D21]");
        assertThat(error.value()).isEqualTo(3);
        assertThatThrownBy(result::orThrow).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("EM_386");
    }

    @Test
    void positionIndependenceNeedsTheOption() {
        byte[] file = minimal("e_type", 3);
        assertThat(rule(ElfImage.parse(file))).isEqualTo(ElfRule.TYPE);
        assertThat(ElfImage.parse(file, LoadPolicy.WITH_ASLR).orThrow().type())
                .isEqualTo(ElfImage.Type.POSITION_INDEPENDENT);
    }

    @Test
    void slidesByWholePagesWithinTheUserHalf() {
        ElfImage image = ElfImage.parse(minimal("e_type", 3), LoadPolicy.WITH_ASLR).orThrow();
        ElfImage slid = image.slid(0x1000_0000).orThrow();
        assertThat(slid.entry()).isEqualTo(0x1040_0120);
        assertThat(slid.segments()).extracting(Segment::vaddr).isEqualTo(List.of(0x1040_0120L, 0x1040_115DL,
                0x1040_2165L));
        assertThat(slid.symbols().addressOf("constant")).contains(0x1040_115DL);
        assertThat(rule(image.slid(USER_MAX - 0x1000))).isEqualTo(ElfRule.USER_MAX);
        assertThat(rule(image.slid(Long.MAX_VALUE & -4096))).isEqualTo(ElfRule.USER_MAX);
        assertThat(rule(image.slid(USER_MAX - 0x405000))).isEqualTo(ElfRule.STACK_OVERLAP);
        assertThatThrownBy(() -> image.slid(1)).isInstanceOf(IllegalArgumentException.class);
        ElfImage fixed = ElfImage.parse(file("minimal")).orThrow();
        assertThatThrownBy(() -> fixed.slid(0x1000)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anImageAtZeroSlidesOutOfTheNullRange() {
        byte[] file = minimal("e_type", 3, "phdr[0].p_vaddr", 0x120, "phdr[1].p_vaddr", 0x115D, "phdr[2].p_vaddr",
                0x2165,
                "e_entry", 0x120);
        ElfImage image = ElfImage.parse(file, LoadPolicy.WITH_ASLR).orThrow();
        assertThat(rule(image.slid(0xF000))).isEqualTo(ElfRule.NULL_RANGE);
        assertThat(image.slid(0x10000).orThrow().entry()).isEqualTo(0x10120);
    }

    @Test
    void relocationsAreRefusedSinceNobodyDoesThem() {
        for (int tag : new int[]{1, 7, 17, 23, 36}) {
            byte[] file = dynamic(tag);
            assertThat(rule(ElfImage.parse(file, LoadPolicy.WITH_ASLR))).isEqualTo(ElfRule.RELOCATIONS);
        }
        assertThat(ElfImage.parse(dynamic(5), LoadPolicy.WITH_ASLR)).isInstanceOf(ElfResult.Accepted.class);
        assertThat(ElfImage.parse(dynamic(0), LoadPolicy.WITH_ASLR)).isInstanceOf(ElfResult.Accepted.class);
    }

    /** The base as ET_DYN with a dynamic section of one entry behind it. */
    private static byte[] dynamic(int tag) {
        byte[] file = minimal("e_type", 3, "phdr[3].p_type", 2, "phdr[3].p_offset", 1152, "phdr[3].p_filesz", 16);
        byte[] longer = Arrays.copyOf(file, file.length + 16);
        ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN).putLong(1152, tag);
        return longer;
    }

    @Test
    void describesAnImage() {
        String text = ElfDescription.of("minimal.elf", ElfImage.parse(file("minimal")));
        assertThat(text.lines()).contains("minimal.elf: loadable", "  entry   0x400120 _start",
                "  stack   16 KiB, the default",
                "   2  RW      0000000000402165-00000000004034f5       5,008            8  0x165",
                "      RW      0000000000402000-0000000000404000        2  P U W NX",
                "      4 pages, 1,152 bytes of file");
    }

    @Test
    void describesARefusal() {
        String text = ElfDescription.of("bad.elf", ElfImage.parse(minimal("phdr[0].p_flags", 7)));
        assertThat(text.lines()).contains("bad.elf: refused", "  where   program header 0, p_flags",
                "  found   7 (0x7)",
                "  rule    LOAD-09, D19: no segment is writable and executable");
    }
}
