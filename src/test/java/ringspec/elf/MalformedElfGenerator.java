package ringspec.elf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import ringspec.fixture.Fixtures;
import ringspec.fixture.MalformedElf;

/** Makes the malformed files from their list. */
final class MalformedElfGenerator {
    static final Path FIXTURES = Path.of("fixtures");
    static final Path FOLDER = FIXTURES.resolve("malformed");
    static final Path LIST = FOLDER.resolve("malformed.yaml");

    private MalformedElfGenerator() {
    }

    static byte[] generate(MalformedElf malformed) {
        byte[] file = Fixtures.read(FIXTURES, malformed.base()).bytes();
        ElfFields fields = new ElfFields(file);
        malformed.patches().forEach(patch -> fields.set(file, patch.field(), patch.value()));
        return malformed.truncate().isPresent() ? Arrays.copyOf(file, (int) malformed.truncate().getAsLong()) : file;
    }

    static Path committed(MalformedElf malformed) {
        return FOLDER.resolve(malformed.name() + ".elf");
    }

    static void write(MalformedElf malformed) throws IOException {
        Files.write(committed(malformed), generate(malformed));
    }
}
