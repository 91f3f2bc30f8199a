package ringspec.isa;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** GNU objdump as the second opinion on what bytes mean. */
final class Objdump {

    /** Each encoding lies alone in a slot filled up with NOPs, so that one disagreement about a length can't spoil the next. */
    static final int SLOT = 32;

    private static final byte NOP = (byte) 0x90;

    /**
     * What objdump says of one encoding.
     *
     * @param text   the instruction in Intel syntax
     * @param length its length in bytes
     */
    record Line(String text, int length) {
    }

    private Objdump() {
    }

    /** Whether an objdump whose text the disassembler follows is on the path. */
    static boolean available() {
        try {
            return run("objdump", "--version").contains("GNU Binutils") && run("objdump", "--help").contains(
                    "i386:x86-64");
        } catch (IOException e) {
            return false;
        }
    }

    /** Disassembles encodings; the one at position i stands at address i * SLOT. */
    static List<Line> disassemble(Path folder, CodeSize codeSize, List<byte[]> encodings) throws IOException {
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        for (byte[] encoding : encodings) {
            image.writeBytes(encoding);
            for (int i = encoding.length; i < SLOT; i++) {
                image.write(NOP);
            }
        }
        Path file = Files.write(folder.resolve("corpus.bin"), image.toByteArray());
        TreeMap<Long, String> texts = new TreeMap<>();
        String machine = switch (codeSize) {
            case BITS_16 -> "i8086";
            case BITS_32 -> "i386";
            case BITS_64 -> "i386:x86-64";
        };
        for (String line : run("objdump", "-D", "-z", "-w", "-b", "binary", "-m", machine, "-M", "intel,intel64",
                "--insn-width=15", file.toString()).split("\n")) {
            String[] columns = line.split("\t", 3);
            if (columns.length > 1 && columns[0].endsWith(":")) {
                texts.put(Long.parseLong(columns[0].trim().replace(":", ""), 16), columns.length > 2 ? columns[2] : "");
            }
        }
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < encodings.size(); i++) {
            long address = (long) i * SLOT;
            Long next = texts.higherKey(address);
            lines.add(new Line(texts.getOrDefault(address, "nothing"), (int) ((next == null ? address + SLOT : next)
                    - address)));
        }
        return lines;
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
