package ringspec.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rooms (packages) import each other in one direction only. */
final class RoomsTest {

    /**
     * A room and the rooms that it may import. The room {@code cpu} is the package {@code ringspec.cpu} with its
     * subpackages, unless one of these is a room itself.
     */
    record Room(String name, Set<String> mayImport) {

        static Room of(String name, String mayImport) {
            return new Room(name, mayImport.isEmpty() ? Set.of() : Set.of(mayImport.split(" ")));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final String PROCESSOR = "isa trace memory paging cpu cpu.x87 cpu.exec engine";
    private static final String MACHINE = PROCESSOR + " device machine";
    private static final String KERNEL = MACHINE + " elf kernel";

    // @formatter:off
    static final List<Room> ROOMS = List.of(
            Room.of("isa",      ""),
            Room.of("trace",    ""),
            Room.of("memory",   "trace"),
            Room.of("paging",   "trace memory"),
            Room.of("cpu",      "isa trace memory paging"),
            Room.of("cpu.x87",  "cpu"),
            Room.of("cpu.exec", "isa trace memory paging cpu cpu.x87"),
            Room.of("engine",   "isa trace memory paging cpu cpu.exec"),
            Room.of("device",   "trace memory"),
            Room.of("machine",  PROCESSOR + " device"),
            Room.of("elf",      ""),
            Room.of("firmware", MACHINE),
            Room.of("boot",     MACHINE + " firmware"),
            Room.of("fixture",  "elf"),
            Room.of("kernel",   MACHINE + " elf"),
            Room.of("spec",     KERNEL),
            Room.of("mutant",   KERNEL + " spec"),
            Room.of("debug",    KERNEL),
            Room.of("subject",  KERNEL + " firmware boot fixture spec mutant debug"),
            Room.of("report",   KERNEL + " fixture spec mutant subject debug"),
            Room.of("report.cucumber", KERNEL + " fixture spec mutant subject debug report"),
            Room.of("steps",    KERNEL + " fixture spec mutant subject debug report report.cucumber"),
            Room.of("conform",  KERNEL + " fixture spec mutant subject debug report report.cucumber steps"),
            Room.of("cli",      KERNEL + " fixture spec mutant subject debug report report.cucumber steps conform firmware boot"));
    // @formatter:on

    private static final Set<String> SCENARIOS = Set.of("steps", "report.cucumber", "conform");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("ringspec");

    @ParameterizedTest
    @FieldSource("ROOMS")
    void importsOnlyTheRoomsBelow(Room room) {
        Set<String> allowed = Stream.concat(Stream.of(room.name()), room.mayImport().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        classes().that(are("in " + room, c -> room.name().equals(roomOf(c))))
                .should().onlyDependOnClassesThat(are("outside ringspec or in one of " + allowed,
                        c -> !inRingspec(c) || allowed.contains(roomOf(c))))
                .allowEmptyShould(true).check(PRODUCT);
    }

    @Test
    void everyClassIsInARoom() {
        assertThat(PRODUCT).isNotEmpty();
        assertThat(PRODUCT.stream().filter(c -> roomOf(c) == null).map(JavaClass::getName))
                .as("classes in no room of the list above: give a new room a line there").isEmpty();
    }

    /** The rooms that run scenarios are part of the product; how Maven runs and reports them isn't. */
    @Test
    void onlyTheRoomsOfScenariosKnowCucumber() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("org.junit..", "io.qameta..").check(PRODUCT);
        noClasses().that(are("outside the rooms of scenarios", c -> !SCENARIOS.contains(roomOf(c))))
                .should().dependOnClassesThat().resideInAnyPackage("io.cucumber..", "org.assertj..", "org.opentest4j..")
                .check(PRODUCT);
    }

    /** Two runs must see the same machine, so no room below the command asks for the time or an unseeded number. */
    @Test
    void nothingDependsOnTheWallClockOrOnChance() {
        noClasses().that(are("below the command", c -> !"cli".equals(roomOf(c))))
                .should().callMethod(System.class, "currentTimeMillis")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(Instant.class, "now")
                .orShould().callMethod(LocalDateTime.class, "now")
                .orShould().callMethod(UUID.class, "randomUUID")
                .orShould().callMethod(Math.class, "random")
                .orShould().callConstructor(Random.class)
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.security.SecureRandom")
                .check(PRODUCT);
    }

    @Test
    void nothingReachesBehindTheLanguage() {
        noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..").check(PRODUCT);
    }

    @Test
    void everyPackageSaysItsPurpose() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            Set<Path> packages = files.filter(f -> f.toString().endsWith(".java")).map(Path::getParent)
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(packages).isNotEmpty();
            assertThat(packages.stream().filter(p -> p.startsWith("src/main"))
                    .filter(p -> Files.notExists(p.resolve("package-info.java"))))
                    .as("packages without package-info.java").isEmpty();
        }
    }

    private static boolean inRingspec(JavaClass c) {
        return c.getBaseComponentType().getPackageName().startsWith("ringspec");
    }

    /** The innermost room that holds the class, or null. */
    private static String roomOf(JavaClass c) {
        String name = c.getBaseComponentType().getPackageName();
        return ROOMS.stream().map(Room::name)
                .filter(room -> (name + ".").startsWith("ringspec." + room + "."))
                .max(Comparator.comparingInt(String::length)).orElse(null);
    }

    private static DescribedPredicate<JavaClass> are(String description, Predicate<JavaClass> test) {
        return DescribedPredicate.describe(description, test);
    }
}
