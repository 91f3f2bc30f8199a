package ringspec.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import ringspec.firmware.Firmware;
import ringspec.firmware.MemoryRange;
import ringspec.machine.Machine;

/**
 * Puts an image and its modules into a machine and starts it as the Multiboot specification says (0.6.96, 3.2 and 3.3).
 *
 * <p>Modules go behind the image, boot information into base memory where the image leaves room, else behind the modules. Where the
 * specification leaves something undefined, it is as bad as allowed: GDTR and IDTR have limit 0, ESP is 0.
 */
public final class MultibootLoader {

    private static final int PAGE = 4096;
    private static final long HIGH_MEMORY = 0x10_0000;

    private final Machine machine;
    private final MultibootImage image;
    private final List<MemoryRange> map;
    /** What has its place already. */
    private final List<LoadSegment> placed = new ArrayList<>();

    private MultibootLoader(Machine machine, MultibootImage image) {
        this.machine = machine;
        this.image = image;
        this.map = Firmware.memoryMap(machine);
    }

    /**
     * Loads everything and sets the processor to the first instruction.
     *
     * @param machine fresh, with {@code Board.Pc}; RAM from 1 MByte on may hold anything. Unspecified if this fails
     * @param commandLine the kernel's
     * @throws MultibootException if there is no RAM for it
     */
    public static void load(Machine machine, MultibootImage image, String commandLine, List<BootModule> modules)
            throws MultibootException {
        Firmware.prepare(machine);
        new MultibootLoader(machine, image).load(commandLine, modules);
    }

    private void load(String commandLine, List<BootModule> modules) throws MultibootException {
        for (LoadSegment segment : image.segments()) {
            place(segment);
        }
        List<BootInformation.Module> loaded = new ArrayList<>();
        for (BootModule module : modules) {
            long at = place(module.bytes(), PAGE, HIGH_MEMORY, "module \"" + module.arguments() + "\"");
            loaded.add(new BootInformation.Module(at, at + module.bytes().length, module.arguments()));
        }
        BootInformation information = new BootInformation(commandLine, loaded, map);
        // Not at 0, where a null pointer leads, nor over the BIOS data area.
        long at = place(information.bytes(0), PAGE, PAGE, "boot information");
        byte[] bytes = information.bytes(at);
        machine.ram().write(at, bytes, 0, bytes.length);
        BootState.enter(machine.cpu(), image.entry(), at);
    }

    private void place(LoadSegment segment) throws MultibootException {
        if (available().noneMatch(range -> segment.physical() >= range.base() && segment.end() <= range.end())) {
            throw new MultibootException(MultibootRule.NO_RAM_THERE, "p_paddr", segment.physical(),
                    "the image wants 0x%x to 0x%x, but RAM is available from 0x%x to 0x%x and from 0x%x to 0x%x"
                            .formatted(
                                    segment.physical(), segment.end(), map.getFirst().base(), map.getFirst().end(), map
                                            .getLast()
                                            .base(),
                                    map.getLast().end()));
        }
        machine.ram().write(segment.physical(), image.file(), segment.offset(), segment.fileSize());
        machine.ram().fill(segment.physical() + segment.fileSize(), segment.memorySize() - segment.fileSize(), 0);
        placed.add(segment);
    }

    /** Puts bytes at the first free address, from {@code lowest} on. */
    private long place(byte[] bytes, int alignment, long lowest, String name) throws MultibootException {
        for (MemoryRange range : available().toList()) {
            long at = Math.ceilDiv(Math.max(range.base(), lowest), alignment) * alignment;
            while (at + bytes.length <= range.end()) {
                LoadSegment candidate = new LoadSegment(at, 0, bytes.length, Math.max(1, bytes.length));
                LoadSegment inTheWay = placed.stream().filter(candidate::overlaps).findFirst().orElse(null);
                if (inTheWay == null && (at < HIGH_MEMORY || at >= imageEnd())) {
                    machine.ram().write(at, bytes, 0, bytes.length);
                    placed.add(candidate);
                    return at;
                }
                at = Math.ceilDiv(inTheWay == null ? imageEnd() : inTheWay.end(), alignment) * alignment;
            }
        }
        throw new MultibootException(MultibootRule.NO_ROOM, name, bytes.length,
                "%s of %,d bytes does not fit in RAM of %,d bytes beside the image: give the machine more".formatted(
                        name,
                        bytes.length, machine.ram().size()));
    }

    private long imageEnd() {
        return image.segments().stream().mapToLong(LoadSegment::end).max().orElseThrow();
    }

    private Stream<MemoryRange> available() {
        return map.stream().filter(range -> range.type() == MemoryRange.Type.AVAILABLE);
    }
}
