package ringspec.cpu.exec;

import ringspec.cpu.exec.LaneOperation.Half;

/**
 * Addition, subtraction, comparison, minimum, maximum and sign of packed integers, and bitwise logic, where each element depends only
 * on its counterparts (SDM vol. 1, 9.4, 11.4.2, 12.6 and 12.10).
 */
final class PackedIntegers {

    private static final String SUFFIXES = "BWDQ";

    private PackedIntegers() {
    }

    static void register(Registry registry) {
        logic(registry);
        arithmetic(registry);
        saturating(registry);
        extremes(registry);
    }

    private static void logic(Registry registry) {
        logic(registry, "AND", (a, b) -> a & b);
        logic(registry, "ANDN", (a, b) -> ~a & b);
        logic(registry, "OR", (a, b) -> a | b);
        logic(registry, "XOR", (a, b) -> a ^ b);
    }

    private static void logic(Registry registry, String name, Half operation) {
        LaneOperation.halves(registry, "P" + name, operation);
        LaneOperation.halves(registry, name + "PS", operation);
        LaneOperation.halves(registry, name + "PD", operation);
    }

    private static void arithmetic(Registry registry) {
        for (int i = 0; i < 4; i++) {
            char suffix = SUFFIXES.charAt(i);
            long h = Swar.tops(8 << i);
            LaneOperation.halves(registry, "PADD" + suffix, (a, b) -> Swar.add(h, a, b));
            LaneOperation.halves(registry, "PSUB" + suffix, (a, b) -> Swar.subtract(h, a, b));
            LaneOperation.halves(registry, "PCMPEQ" + suffix, (a, b) -> Swar.equal(h, a, b));
            LaneOperation.halves(registry, "PCMPGT" + suffix, (a, b) -> Swar.greater(h, a, b));
            if (suffix != 'Q') {
                LaneOperation.unaryHalves(registry, "PABS" + suffix, (a, b) -> Swar.absolute(h, b));
                LaneOperation.halves(registry, "PSIGN" + suffix, (a, b) -> Swar.withSign(h, a, b));
            }
        }
    }

    private static void saturating(Registry registry) {
        for (int i = 0; i < 2; i++) {
            char suffix = SUFFIXES.charAt(i);
            long h = Swar.tops(8 << i);
            LaneOperation.halves(registry, "PADDS" + suffix, (a, b) -> Swar.addSaturated(h, a, b));
            LaneOperation.halves(registry, "PSUBS" + suffix, (a, b) -> Swar.subtractSaturated(h, a, b));
            LaneOperation.halves(registry, "PADDUS" + suffix, (a, b) -> Swar.addUnsignedSaturated(h, a, b));
            LaneOperation.halves(registry, "PSUBUS" + suffix, (a, b) -> Swar.subtractUnsignedSaturated(h, a, b));
            LaneOperation.halves(registry, "PAVG" + suffix, (a, b) -> Swar.average(h, a, b));
        }
    }

    private static void extremes(Registry registry) {
        for (int i = 0; i < 3; i++) {
            char suffix = SUFFIXES.charAt(i);
            long h = Swar.tops(8 << i);
            LaneOperation.halves(registry, "PMINS" + suffix, (a, b) -> Swar.select(Swar.greater(h, a, b), b, a));
            LaneOperation.halves(registry, "PMAXS" + suffix, (a, b) -> Swar.select(Swar.greater(h, a, b), a, b));
            LaneOperation.halves(registry, "PMINU" + suffix, (a, b) -> Swar.select(Swar.aboveUnsigned(h, a, b), b, a));
            LaneOperation.halves(registry, "PMAXU" + suffix, (a, b) -> Swar.select(Swar.aboveUnsigned(h, a, b), a, b));
        }
    }
}
