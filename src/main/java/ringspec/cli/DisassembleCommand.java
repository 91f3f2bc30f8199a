package ringspec.cli;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringspec.elf.ElfDescription;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.elf.Segment;
import ringspec.elf.Symbol;
import ringspec.isa.Decoder;
import ringspec.isa.Disassembler;
import ringspec.isa.Instruction;

/** {@code ringspec disasm}: the executable segments of a file as instructions. */
@Command(name = "disasm", mixinStandardHelpOptions = true,
        description = "Print the executable segments of an ELF file as instructions, in Intel syntax.",
        footer = {"", "Exit status: 0 printed, 1 the file is not loadable, 2 wrong usage."})
final class DisassembleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE.elf", description = "the file")
    private Path file;

    @Override
    public Integer call() {
        ElfResult result = ElfImage.parse(ProgramFile.read(file, spec));
        switch (result) {
            case ElfResult.Accepted(ElfImage image) -> {
                PrintWriter out = spec.commandLine().getOut();
                image.segments().stream().filter(segment -> segment.access().executable())
                        .forEach(segment -> print(image, segment, out));
                out.flush();
                return 0;
            }
            case ElfResult.Refused refused -> {
                spec.commandLine().getErr().print(ElfDescription.of(file.toString(), refused));
                spec.commandLine().getErr().flush();
                return 1;
            }
        }
    }

    private static void print(ElfImage image, Segment segment, PrintWriter out) {
        ByteBuffer content = image.content(segment);
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        for (int at = 0; at < bytes.length;) {
            long address = segment.vaddr() + at;
            label(image, address, out);
            int length = 1;
            String text = "(bad)";
            if (Decoder.decode(bytes, at, bytes.length) instanceof Instruction found) {
                length = found.length();
                text = Disassembler.format(found, address, target -> image.symbols().locate(target).orElse(null));
            }
            out.printf("%12x:  %-31s  %s%n", address, hex(bytes, at, length), text);
            at += length;
        }
    }

    private static void label(ElfImage image, long address, PrintWriter out) {
        for (Symbol symbol : image.symbols().symbols()) {
            if (symbol.address() == address) {
                out.printf("%n%016x <%s>:%n", address, symbol.name());
            }
        }
    }

    private static String hex(byte[] bytes, int from, int length) {
        StringBuilder text = new StringBuilder(3 * length);
        for (int i = 0; i < length; i++) {
            text.append(i == 0 ? "" : " ").append("%02x".formatted(bytes[from + i]));
        }
        return text.toString();
    }
}
