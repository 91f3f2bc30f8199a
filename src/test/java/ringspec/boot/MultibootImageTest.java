package ringspec.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which images are taken, and by which rule the others are refused. */
final class MultibootImageTest {

    private static MultibootError refused(byte[] file) {
        try {
            MultibootImage image = MultibootImage.parse(file);
            throw new AssertionError("accepted: " + image);
        } catch (MultibootException e) {
            assertThat(e.error().message()).isNotBlank();
            return e.error();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rings.elf", "rings64.elf", "rings.bin"})
    void takesTheSameKernelInEachForm(String name) throws MultibootException {
        MultibootImage image = MultibootImage.parse(Images.fixture(name));
        assertThat(image.segments()).hasSize(1);
        LoadSegment segment = image.segments().getFirst();
        assertThat(segment.physical()).isEqualTo(0x10_0000);
        assertThat(segment.memorySize()).isGreaterThan(segment.fileSize());
        assertThat(image.entry()).isBetween(segment.physical(), segment.end());
        assertThat(Images.buffer(image.file()).getInt(segment.offset())).isEqualTo(0x1BAD_B002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 0x100, 8192 - 12})
    void findsTheHeaderWhereverItMayBe(int offset) throws MultibootException {
        assertThat(MultibootHeader.find(Images.withHeader(offset, 3))).isEqualTo(new MultibootHeader(offset, 3));
    }

    @ParameterizedTest
    @CsvSource({"2, not 4-byte aligned", "8192, not within the first 8192", "8184, not within the first 8192"})
    void saysWhyAHeaderDoesNotCount(int offset, String reason) {
        MultibootError error = refused(Images.withHeader(offset, 3));
        assertThat(error.rule()).isEqualTo(MultibootRule.HEADER);
        assertThat(error.message()).contains(reason).contains("0x%x".formatted(offset));
    }

    @Test
    void saysThatThereIsNone() {
        assertThat(refused(new byte[0]).message()).contains("no Multiboot header");
        assertThat(refused(new byte[10_000]).rule()).isEqualTo(MultibootRule.HEADER);
        byte[] second = new byte[64];
        Images.buffer(second).putInt(0, 0xE852_50D6);
        assertThat(refused(second).message()).contains("Multiboot 2");
        assertThat(refused(Arrays.copyOf(Images.withHeader(0, 3), 8)).message()).contains("cut off");
    }

    @Test
    void aWrongChecksumIsNamedUnlessARightOneFollows() throws MultibootException {
        byte[] file = Images.withHeader(0x40, 3);
        Images.buffer(file).putInt(0x20, MultibootHeader.MAGIC);
        assertThat(MultibootHeader.find(file).offset()).isEqualTo(0x40);
        file[0x48]++;
        MultibootError error = refused(file);
        assertThat(error.rule()).isEqualTo(MultibootRule.CHECKSUM);
        assertThat(error.message()).contains("expected 0xe4524ffe for flags 0x0");
    }

    @ParameterizedTest
    @CsvSource({"0x7, VIDEO", "0xB, UNKNOWN_DEMAND", "0x8003, UNKNOWN_DEMAND", "0xC, UNKNOWN_DEMAND"})
    void demandsThatCantBeMet(String flags, MultibootRule rule) {
        MultibootError error = refused(Images.withHeader(0, Integer.decode(flags)));
        assertThat(error.rule()).isEqualTo(rule);
        assertThat(error.value()).isEqualTo(Integer.decode(flags).longValue());
    }

    @Test
    void wishesThatNobodyKnowsAreNoReason() throws MultibootException {
        assertThat(MultibootHeader.find(Images.withHeader(0, 0x8002_0003)).flags()).isEqualTo(0x8002_0003);
    }

    @Test
    void addressFieldsMustLieInTheFileAndTheFirst8192Bytes() {
        assertThat(refused(Images.withHeader(8192 - 28, 0x10003)).rule()).isEqualTo(MultibootRule.HEADER_TRUNCATED);
        assertThat(refused(Arrays.copyOf(Images.withHeader(0, 0x10003), 28)).rule()).isEqualTo(
                MultibootRule.HEADER_TRUNCATED);
    }

    @Test
    void addressFieldsSayWhatGoesWhere() throws MultibootException {
        MultibootImage all = MultibootImage.parse(Images.bare(0x10_0100, 0x10_0000, 0, 0, 0x10_0200));
        assertThat(all.segments()).containsExactly(new LoadSegment(0x10_0000, 0, 0x4000, 0x4000));
        assertThat(all.entry()).isEqualTo(0x10_0200);
        MultibootImage part = MultibootImage.parse(Images.bare(0x10_0000, 0x10_0000, 0x10_1000, 0x10_9000, 0x10_0020));
        assertThat(part.segments()).containsExactly(new LoadSegment(0x10_0000, 0x100, 0x1000, 0x9000));
    }

    @ParameterizedTest
    @CsvSource({
            "0x100100, 0x100200, 0, 0, 0x100200, LOAD_ADDRESS",
            "0x100101, 0x100000, 0, 0, 0x100200, LOAD_ADDRESS",
            "0x100100, 0x100000, 0x100000, 0, 0x100000, LOAD_END",
            "0x100100, 0x100000, 0xFFFFF, 0, 0x100000, LOAD_END",
            "0x100100, 0x100000, 0x104001, 0, 0x100000, LOAD_END",
            "0x100100, 0x100000, 0x104000, 0x103FFF, 0x100000, BSS_END",
            "0x100100, 0x100000, 0, 0x100001, 0x100000, BSS_END",
            "0xFFFFF100, 0xFFFFF000, 0, 0, 0xFFFFF000, SEGMENT_ADDRESS",
            "0x100100, 0x100000, 0, 0, 0xFFFFF, ENTRY",
            "0x100100, 0x100000, 0x101000, 0x200000, 0x101000, ENTRY"})
    void addressFieldsThatMakeNoSense(String header, String load, String loadEnd, String bssEnd, String entry,
            MultibootRule rule) {
        MultibootError error = refused(Images.bare(Long.decode(header), Long.decode(load), Long.decode(loadEnd), Long
                .decode(bssEnd), Long.decode(entry)));
        assertThat(error.rule()).isEqualTo(rule);
    }

    /** A field of the ELF file of either class: its offsets, its size, what it becomes. */
    @ParameterizedTest
    @CsvSource({
            "0, 0, 1, 0, ELF", "4, 4, 1, 3, ELF", "5, 5, 1, 2, ELF",
            "16, 16, 2, 1, ELF_TYPE", "16, 16, 2, 3, ELF_TYPE",
            "18, 18, 2, 40, ELF_MACHINE", "18, 18, 2, 8, ELF_MACHINE",
            "42, 54, 2, 31, PROGRAM_HEADERS", "28, 32, 4, 0x7FFFFFFF, PROGRAM_HEADERS",
            "44, 56, 2, 0xFFFF, PROGRAM_HEADERS", "44, 56, 2, 0, NOTHING_TO_LOAD",
            "52, 64, 4, 2, NOTHING_TO_LOAD", "72, 104, 4, 0, NOTHING_TO_LOAD",
            "56, 72, 4, 0x7FFFFFFF, SEGMENT_CONTENT", "68, 96, 4, 0x7FFFFFFF, SEGMENT_CONTENT",
            "72, 104, 4, 16, SEGMENT_SIZE", "64, 88, 4, 0xFFFFF000, SEGMENT_ADDRESS",
            "72, 104, 4, 0xFFFFF000, SEGMENT_ADDRESS",
            "24, 24, 4, 0x1000, ENTRY"})
    void eachFieldOfAnElfFile(int offset32, int offset64, int size, String value, MultibootRule rule) {
        for (String name : new String[]{"rings.elf", "rings64.elf"}) {
            byte[] file = Images.fixture(name);
            int offset = name.equals("rings.elf") ? offset32 : offset64;
            ByteBuffer bytes = Images.buffer(file);
            long number = Long.decode(value);
            if (size == 1) {
                bytes.put(offset, (byte) number);
            } else if (size == 2) {
                bytes.putShort(offset, (short) number);
            } else {
                bytes.putInt(offset, (int) number);
            }
            assertThat(refused(file).rule()).as(name).isEqualTo(rule);
        }
    }

    @Test
    void classAndMachineBelongTogether() {
        byte[] file = Images.fixture("rings.elf");
        file[18] = 62;
        assertThat(refused(file).rule()).isEqualTo(MultibootRule.ELF_MACHINE);
    }

    @Test
    void negativeNumbersInWideFields() {
        for (int field : new int[]{32, 64 + 8, 64 + 24, 64 + 32, 64 + 40}) {
            byte[] file = Images.fixture("rings64.elf");
            Images.buffer(file).putLong(field, -1);
            assertThat(refused(file).rule()).isIn(MultibootRule.PROGRAM_HEADERS, MultibootRule.SEGMENT_CONTENT,
                    MultibootRule.SEGMENT_ADDRESS);
        }
    }

    @Test
    void aKernelLinkedToTheUpperHalfIsEnteredAtItsPhysicalAddress() throws MultibootException {
        byte[] file = Images.fixture("rings64.elf");
        ByteBuffer bytes = Images.buffer(file);
        long entry = bytes.getLong(24);
        bytes.putLong(64 + 16, 0xFFFF_FFFF_8010_0000L);
        assertThat(MultibootImage.parse(file).entry()).as("e_entry is physical").isEqualTo(entry);
        bytes.putLong(24, entry + 0xFFFF_FFFF_8000_0000L);
        assertThat(MultibootImage.parse(file).entry()).as("e_entry is virtual").isEqualTo(entry);
    }

    @Test
    void segmentsMayNotOverlap() {
        byte[] file = Images.fixture("rings64.elf");
        ByteBuffer bytes = Images.buffer(file);
        // A second program header where there is room: at the end of the file, after a copy of the first.
        byte[] longer = Arrays.copyOf(file, file.length + 112);
        System.arraycopy(file, 64, longer, file.length, 56);
        System.arraycopy(file, 64, longer, file.length + 56, 56);
        bytes = Images.buffer(longer);
        bytes.putLong(32, file.length).putShort(56, (short) 2);
        MultibootError error = refused(longer);
        assertThat(error.rule()).isEqualTo(MultibootRule.SEGMENTS_OVERLAP);
        assertThat(error.message()).contains("0 and 1");
    }

    @Test
    void aFileWithoutAddressFieldsMustBeElf() {
        assertThat(refused(Images.withHeader(0, 3)).rule()).isEqualTo(MultibootRule.ELF);
        assertThatThrownBy(() -> MultibootImage.parse(Images.withHeader(0, 3))).isInstanceOf(MultibootException.class)
                .hasMessageContaining("bit 16");
    }

    @Test
    void recognizesImagesWhateverIsWrongWithThem() {
        assertThat(MultibootImage.hasHeader(Images.fixture("rings.elf"))).isTrue();
        assertThat(MultibootImage.hasHeader(Images.withHeader(0, 7))).isTrue();
        assertThat(MultibootImage.hasHeader(new byte[100])).isFalse();
    }
}
