package ringspec.isa;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

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
        String machine = switch (codeSize) {
            case BITS_16 -> "i8086";
            case BITS_32 -> "i386";
            case BITS_64 -> "i386:x86-64";
        };
        return firstOfEachSlot(run("objdump", "-D", "-z", "-w", "-b", "binary", "-m", machine, "-M", "intel,intel64",
                "--insn-width=15", file.toString()), encodings.size());
    }

    /** Most lines are the NOPs between, a million and more in all, so that only the two per slot that count are looked into. */
    private static List<Line> firstOfEachSlot(String listing, int slots) {
        Line[] lines = new Line[slots];
        Arrays.fill(lines, new Line("nothing", 0));
        String first = "";
        int start = -1;
        for (int at = 0, end; at < listing.length(); at = end + 1) {
            end = listing.indexOf('\n', at);
            int colon = listing.indexOf(':', at);
            if (colon < 0 || colon + 1 >= end || listing.charAt(colon + 1) != '\t') {
                continue;
            }
            boolean opensSlot = listing.charAt(colon - 1) == '0' && Character.digit(listing.charAt(
                    colon - 2), 16) % 2 != 1;
            if (start >= 0 || opensSlot) {
                int address = Integer.parseInt(listing.substring(at, colon).strip(), 16);
                if (start >= 0) {
                    lines[start / SLOT] = new Line(first, address - start);
                }
                start = address % SLOT == 0 ? address : -1;
                int text = listing.indexOf('\t', colon + 2);
                first = text < 0 || text > end ? "" : listing.substring(text + 1, end);
            }
        }
        return List.of(lines);
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
