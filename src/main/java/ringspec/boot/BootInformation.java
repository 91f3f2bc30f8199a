package ringspec.boot;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import ringspec.firmware.MemoryRange;

/**
 * The structure that EBX points at, with all it points at itself (Multiboot specification 0.6.96, 3.3): memory sizes, command
 * line, modules, memory map, the loader's name.
 */
final class BootInformation {

    /** Where a module was loaded. */
    record Module(long start, long end, String arguments) {
    }

    private static final String LOADER = "ringspec";
    private static final int SIZE = 88;
    private static final int MODULE_SIZE = 16;
    private static final int RANGE_SIZE = 24;
    private static final long HIGH_MEMORY = 0x10_0000;

    private static final int MEMORY = 1;
    private static final int COMMAND_LINE = 1 << 2;
    private static final int MODULES = 1 << 3;
    private static final int MEMORY_MAP = 1 << 6;
    private static final int LOADER_NAME = 1 << 9;

    private final byte[] commandLine;
    private final List<Module> modules;
    private final List<byte[]> arguments;
    private final List<MemoryRange> map;

    BootInformation(String commandLine, List<Module> modules, List<MemoryRange> map) {
        this.commandLine = text(commandLine);
        this.modules = modules;
        this.arguments = modules.stream().map(module -> text(module.arguments())).toList();
        this.map = map;
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** Everything, for a physical address; the length doesn't depend on it. */
    byte[] bytes(long base) {
        int moduleTable = SIZE;
        int mapTable = moduleTable + MODULE_SIZE * modules.size();
        int texts = mapTable + RANGE_SIZE * map.size();
        byte[] loader = text(LOADER);
        int length = texts + commandLine.length + loader.length + arguments.stream().mapToInt(a -> a.length).sum();
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.position(texts);
        int commandLineAt = append(out, commandLine);
        int loaderAt = append(out, loader);
        for (int i = 0; i < modules.size(); i++) {
            int argumentsAt = append(out, arguments.get(i));
            int at = moduleTable + MODULE_SIZE * i;
            out.putInt(at, (int) modules.get(i).start()).putInt(at + 4, (int) modules.get(i).end())
                    .putInt(at + 8, (int) base + argumentsAt);
        }
        for (int i = 0; i < map.size(); i++) {
            int at = mapTable + RANGE_SIZE * i;
            // The size field doesn't count itself.
            out.putInt(at, RANGE_SIZE - 4).putLong(at + 4, map.get(i).base()).putLong(at + 12, map.get(i).length())
                    .putInt(at + 20, map.get(i).type().number());
        }
        out.putInt(0, MEMORY | COMMAND_LINE | MODULES | MEMORY_MAP | LOADER_NAME);
        out.putInt(4, (int) (map.getFirst().length() >>> 10)).putInt(8, upperKbytes());
        out.putInt(16, (int) base + commandLineAt);
        out.putInt(20, modules.size()).putInt(24, (int) base + moduleTable);
        out.putInt(44, RANGE_SIZE * map.size()).putInt(48, (int) base + mapTable);
        out.putInt(64, (int) base + loaderAt);
        return out.array();
    }

    private static int append(ByteBuffer out, byte[] bytes) {
        int at = out.position();
        out.put(bytes);
        return at;
    }

    /** From 1 MByte to the first hole. */
    private int upperKbytes() {
        return map.stream().filter(range -> range.base() == HIGH_MEMORY).mapToInt(range -> (int) (range
                .length() >>> 10))
                .findFirst().orElse(0);
    }
}
