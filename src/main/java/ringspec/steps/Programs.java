package ringspec.steps;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.fixture.Fixture;
import ringspec.fixture.Fixtures;
import ringspec.machine.Machine;
import ringspec.subject.AssemblyProgram;
import ringspec.subject.FixtureRun;
import ringspec.subject.NamedElf;

/** The programs of a scenario: init and perhaps a second one. Text is assembled when the machine starts. */
public final class Programs {

    /** The folder of the fixtures. */
    static final Path ROOT = Fixtures.shipped();

    private static final Supplier<Map<String, Fixture>> ALL = new Lazy<>(() -> Fixtures.readAll(ROOT).stream()
            .collect(Collectors.toMap(Fixture::id, f -> f, (a, _) -> a, TreeMap::new)));

    /** By text, since the same scenario runs on many configurations and mutants. */
    private static final Map<Text, byte[]> ASSEMBLED = new ConcurrentHashMap<>();

    private record Text(String name, String text, Map<String, Long> constants, Map<String, String> children) {
    }

    private final Map<String, Long> constants = new LinkedHashMap<>();
    private final Map<String, String> children = new LinkedHashMap<>();
    private Supplier<NamedElf> init;
    private Supplier<NamedElf> second;
    private Fixture fixture;

    /** Every fixture by its id; a message names them all if one is unknown. */
    static FixtureCatalogue fixtures() {
        return new FixtureCatalogue(ALL.get());
    }

    /** Fixtures by id. */
    record FixtureCatalogue(Map<String, Fixture> byId) {

        Fixture get(String id) {
            Fixture fixture = byId.get(id);
            if (fixture == null) {
                throw new IllegalArgumentException(
                        "there is no fixture \"%s\"; there are %s".formatted(id, String.join(", ", byId.keySet())));
            }
            return fixture;
        }
    }

    void constant(String name, long value) {
        constants.put(name, value);
    }

    /** A program that the others carry along as a file, to make processes of. */
    void child(String name, String assembly) {
        children.put(name, assembly);
    }

    NamedElf onlyChild() {
        if (children.size() != 1) {
            throw new IllegalStateException("the scenario has %d child programs, expected one".formatted(children
                    .size()));
        }
        Map.Entry<String, String> child = children.entrySet().iterator().next();
        return new NamedElf(child.getKey(), AssemblyProgram.assemble(child.getKey(), child.getValue(), constants));
    }

    void init(String assembly) {
        fixture = null;
        init = () -> assemble("init", assembly);
    }

    void init(Fixture program) {
        fixture = program;
        init = () -> FixtureRun.modules(program).getFirst();
    }

    /** Init's file with one more program header. */
    void addHeader(int type, long vaddr) {
        Supplier<NamedElf> before = init;
        init = () -> new NamedElf(before.get().name(), new ProgramFile(before.get().bytes()).withHeader(type, vaddr));
    }

    void second(String assembly) {
        second = () -> assemble("second", assembly);
    }

    void second(Fixture program) {
        second = () -> new NamedElf(program.id(), program.bytes());
    }

    /** Lets serial input arrive, if init is a fixture that wants some. */
    void scheduleInput(Machine machine) {
        if (fixture != null) {
            FixtureRun.scheduleInput(machine, fixture);
        }
    }

    /** The fixture that is init. */
    Fixture fixture() {
        if (fixture == null) {
            throw new IllegalStateException("init is no fixture: say 'Given the fixture \"..\"' first");
        }
        return fixture;
    }

    /** What the boot loader hands to the kernel, init first. */
    List<NamedElf> modules() {
        if (init == null) {
            throw new IllegalStateException(
                    "no program was given: say 'Given the program' or 'Given the fixture' first");
        }
        List<NamedElf> modules = new ArrayList<>(List.of(init.get()));
        if (fixture != null) {
            modules.addAll(FixtureRun.modules(fixture).subList(1, 1 + fixture.setup().companions().size()));
        }
        if (second != null) {
            modules.add(second.get());
        }
        return modules;
    }

    /** A file's bytes. */
    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be read", e);
        }
    }

    /** Serial output as text. */
    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private NamedElf assemble(String name, String text) {
        Text whole = new Text(name, text, Map.copyOf(constants), Map.copyOf(children));
        return new NamedElf(name, ASSEMBLED.computeIfAbsent(whole, _ -> assembled(name, text)));
    }

    private byte[] assembled(String name, String text) {
        Map<String, byte[]> images = new LinkedHashMap<>();
        children.forEach((child, source) -> images.put(child, AssemblyProgram.assemble(child, source, constants, Map
                .of())));
        return AssemblyProgram.assemble(name, text, constants, images);
    }

    /** What the loader would see of a file that is loadable. */
    static ElfImage image(NamedElf module) {
        return switch (ElfImage.parse(module.bytes())) {
            case ElfResult.Accepted accepted -> accepted.image();
            case ElfResult.Refused refused -> throw new IllegalStateException(module.name() + ": " + refused.error());
        };
    }

    /** Computes once. */
    private static final class Lazy<T> implements Supplier<T> {

        private final Supplier<T> source;
        private T value;

        Lazy(Supplier<T> source) {
            this.source = source;
        }

        @Override
        public synchronized T get() {
            if (value == null) {
                value = source.get();
            }
            return value;
        }
    }
}
