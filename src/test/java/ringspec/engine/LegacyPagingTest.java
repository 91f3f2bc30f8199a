package ringspec.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringspec.cpu.Cpu;
import ringspec.paging.AccessKind;
import ringspec.paging.Privilege;
import ringspec.paging.Walk;

/** 32-bit paging with 4-KByte and 4-MByte pages, and PAE paging outside long mode. */
final class LegacyPagingTest {

    private static final String PAGING_ON = "mov eax, cr0; or eax, 0x80010000; mov cr0, eax; ";
    private static final String PAE = "mov eax, 0x20; mov cr4, eax; mov eax, 0x13000; mov cr3, eax; " + PAGING_ON;
    private static final String BITS_32 = "mov eax, 0x10; mov cr4, eax; mov eax, 0x15000; mov cr3, eax; " + PAGING_ON;

    private final ModeBed bed = new ModeBed("INTEL").inProtectedMode();
    private final Cpu cpu = bed.cpu;

    @ParameterizedTest
    @ValueSource(strings = {PAE, BITS_32})
    void writesGoToTheMappedFrameAndMarkItsEntries(String on) {
        bed.run(on + "mov dword ptr [0x612345], 0x11223344; mov ebx, [0x612345]; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x1122_3344);
        assertThat(bed.read32(0x61_2345)).isEqualTo(0x1122_3344);
        long entry = on.equals(PAE) ? bed.read32(ModeBed.PML4 + 0x2000 + 24) : bed.read32(ModeBed.PAGE_DIRECTORY32 + 4);
        assertThat(entry & 0x60).as("A and D").isEqualTo(0x60);
    }

    @ParameterizedTest
    @ValueSource(strings = {PAE, BITS_32})
    void missingPagesFault(String on) {
        bed.run(on + "mov [0x40000000], eax");
        assertThat(bed.fault()).isEqualTo("#14(0x2)");
        assertThat(cpu.cr2).isEqualTo(0x4000_0000L);
    }

    @ParameterizedTest
    @CsvSource({"0x1E0000,#14(0x5)", "0x600000,#13(0x1a)"})
    void usersKeepToTheirPages(String address, String fault) {
        bed.write(ModeBed.USER, 32, "push 0x3B; pop ds; mov eax, [" + address + "]; int3");
        bed.run(BITS_32 + "push 0x3B; push 0x500000; push 2; push 0x33; push 0x400000; iretd");
        assertThat(bed.fault()).isEqualTo(fault);
    }

    @Test
    void smallPagesHaveTheirOwnRights() {
        bed.write32(ModeBed.PAGE_DIRECTORY32 + 0x1000 + 4 * 0x40, 0x5_0001);
        bed.write32(0x5_0000, 0xABCD);
        bed.run(BITS_32 + "mov ebx, [0x40000]; mov [0x40000], eax");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0xABCD);
        assertThat(bed.fault()).as("CR0.WP").isEqualTo("#14(0x3)");
        assertThat(bed.read32(ModeBed.PAGE_DIRECTORY32 + 0x1000 + 4 * 0x40) & 0xFF).isEqualTo(0x21);
    }

    @Test
    void withoutPseA4MByteEntryRefersToATable() {
        // PS is ignored: the entry's address is that of a page table.
        bed.write32(ModeBed.PAGE_DIRECTORY32 + 8, 0x1_8087);
        bed.write32(0x1_8000, 0x5_0003);
        bed.write32(0x5_0010, 0x77);
        bed.run(BITS_32.replace("0x10;", "0;") + "mov ebx, [0x800010]; hlt");
        assertThat(bed.fault()).isEqualTo("none");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x77);
    }

    @Test
    void reservedBitsOfA4MBytePage() {
        bed.write32(ModeBed.PAGE_DIRECTORY32 + 8, 0x2087);
        bed.run(BITS_32 + "mov ebx, [0x800010]");
        assertThat(bed.fault()).isEqualTo("#14(0x9)");
    }

    @Test
    void invlpgDropsBothHalvesOfA4MBytePage() {
        bed.write32(ModeBed.PAGE_DIRECTORY32 + 8, 0x40_0083);
        bed.write32(0x40_0000, 0x11);
        bed.write32(0x60_0000, 0x22);
        bed.run(BITS_32 + "mov ebx, [0x800000]; mov ecx, [0xA00000]; mov dword ptr [0x15008], 0; mov edx, [0xA00000]; "
                + "invlpg [0x800000]; mov esi, [0xA00000]");
        assertThat(bed.register(Cpu.RBX)).isEqualTo(0x11);
        assertThat(bed.register(Cpu.RCX)).isEqualTo(0x22);
        assertThat(bed.register(Cpu.RDX)).as("still cached").isEqualTo(0x22);
        assertThat(bed.fault()).isEqualTo("#14(0x0)");
    }

    @Test
    void pdptesAreReadWhenCr3IsLoadedAndNotLater() {
        bed.run(PAE
                + "mov dword ptr [0x13000], 0; mov eax, [0x612000]; mov ebx, 1; mov eax, cr3; mov cr3, eax; mov ebx, 2; hlt");
        assertThat(bed.register(Cpu.RBX)).as("still there after the entry was cleared").isEqualTo(1);
        assertThat(cpu.shutdown).as("not even #PF can be delivered afterwards").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "0x21", "0x101"})
    void reservedBitsOfAPdpteAreRefusedAtOnce(String entry) {
        bed.ram.write64(ModeBed.PDPT32 + 8, Long.decode(entry));
        bed.run(PAE + "hlt");
        boolean reserved = (Long.decode(entry) & 0x1E6) != 0;
        assertThat(bed.fault()).isEqualTo(reserved ? "#13(0x0)" : "none");
        assertThat(cpu.cr0 < 0x8000_0000L).isEqualTo(reserved);
    }

    @Test
    void executeDisableWorksWithPaeOnly() {
        bed.ram.write64(ModeBed.PML4 + 0x2010, bed.ram.read64(ModeBed.PML4 + 0x2010) | 1L << 63);
        bed.ram.write8(ModeBed.USER, 0xF4);
        bed.run("mov ecx, 0xC0000080; rdmsr; or eax, 0x800; wrmsr; " + PAE + "mov eax, 0x400000; jmp eax");
        assertThat(bed.fault()).isEqualTo("#14(0x11)");
        assertThat(cpu.cr2).isEqualTo(ModeBed.USER);
    }

    @ParameterizedTest
    @CsvSource({"mov eax; 0x80000001,#13(0x0)", "mov eax; 0x80000000,#13(0x0)"})
    void longModeNeedsPaeAndProtection(String value, String fault) {
        bed.run("mov ecx, 0xC0000080; rdmsr; or eax, 0x100; wrmsr; mov eax, " + value.split("; ")[1]
                + "; mov cr0, eax");
        assertThat(bed.fault()).isEqualTo(fault);
        assertThat(cpu.isLongMode()).isFalse();
    }

    @Test
    void walksAreToldStepByStep() {
        bed.run(PAE + "hlt");
        Walk pae = Walk.of(bed.ram, cpu.cr3, 0x61_2345, cpu.memory.pagingMode());
        assertThat(pae.physical()).isEqualTo(0x61_2345);
        assertThat(pae.steps()).extracting(Walk.Step::level).containsExactly(3, 2);
        bed.inProtectedMode().run(BITS_32 + "hlt");
        Walk bits32 = Walk.of(bed.ram, cpu.cr3, 0x4_0123, cpu.memory.pagingMode());
        assertThat(bits32.physical()).isEqualTo(0x4_0123);
        assertThat(bits32.steps()).extracting(Walk.Step::index).containsExactly(0, 0x40);
        assertThat(bits32.verdict(AccessKind.READ, Privilege.USER, cpu.memory.pagingMode())).contains(
                "U/S is 0 in the PTE");
    }
}
