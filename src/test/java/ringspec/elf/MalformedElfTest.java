package ringspec.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringspec.fixture.Fixtures;
import ringspec.fixture.MalformedElf;
import ringspec.fixture.MalformedElves;

/** Every malformed file gives the refusal that its list names, and is what its list describes. */
final class MalformedElfTest {

    static List<MalformedElf> malformed() {
        return MalformedElves.read(MalformedElfGenerator.LIST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void givesTheExpectedAnswer(MalformedElf malformed) {
        ElfResult result = ElfImage.parse(MalformedElfGenerator.generate(malformed));
        if (malformed.refusal().isEmpty()) {
            assertThat(result).isInstanceOf(ElfResult.Accepted.class);
            return;
        }
        MalformedElf.Refusal expected = malformed.refusal().get();
        assertThat(result).isInstanceOf(ElfResult.Refused.class);
        ElfError error = ((ElfResult.Refused) result).error();
        assertThat(error.rule().name()).isEqualTo(expected.rule());
        assertThat(error.rule().clauses()).contains(expected.clause());
        assertThat(error.field()).isEqualTo(expected.field());
        assertThat(error.programHeader()).isEqualTo(expected.programHeader());
        assertThat(error.message()).isNotBlank().doesNotContain("\n");
    }

    /** With -Dringspec.malformed.write=true it first writes the files that it then compares. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void isCommittedAsTheListDescribesIt(MalformedElf malformed) throws IOException {
        if (Boolean.getBoolean("ringspec.malformed.write")) {
            MalformedElfGenerator.write(malformed);
        }
        Path committed = MalformedElfGenerator.committed(malformed);
        assertThat(committed).as("run with -Dringspec.malformed.write=true to write it").exists()
                .hasBinaryContent(MalformedElfGenerator.generate(malformed));
    }

    @Test
    void noFileIsWithoutAnEntryInTheList() throws IOException {
        Set<Path> listed = malformed().stream().map(MalformedElfGenerator::committed).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(MalformedElfGenerator.FOLDER)) {
            assertThat(files.filter(f -> f.toString().endsWith(".elf")).filter(f -> !listed.contains(f))).isEmpty();
        }
    }

    @Test
    void everyRuleHasAFileThatBreaksIt() {
        Set<String> broken = malformed().stream().flatMap(m -> m.refusal().stream()).map(MalformedElf.Refusal::rule)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<ElfRule> rules = EnumSet.allOf(ElfRule.class);
        // Only for ET_DYN with the ASLR option, which the list does not turn on: ElfImageTest breaks it.
        rules.remove(ElfRule.RELOCATIONS);
        assertThat(broken).containsExactlyInAnyOrderElementsOf(rules.stream().map(Enum::name).toList());
    }

    /** A list that refuses everything would be satisfied by a parser that refuses everything. */
    @Test
    void theBaseItselfIsAccepted() {
        malformed().stream().map(MalformedElf::base).distinct().forEach(base -> assertThat(
                ElfImage.parse(Fixtures.read(MalformedElfGenerator.FIXTURES, base).bytes()))
                .isInstanceOf(ElfResult.Accepted.class));
    }
}
