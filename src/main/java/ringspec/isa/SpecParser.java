package ringspec.isa;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import ringspec.isa.OperandSpec.Role;
import ringspec.isa.Register.Kind;

/** The operands of a row: each one's notation, and which field of the encoding holds it. */
final class SpecParser {

    private static final Map<String, Integer> MEMORY = Map.ofEntries(Map.entry("m", 0), Map.entry("m8", 1), Map.entry(
            "m16", 2), Map.entry("m32", 4), Map.entry("m64", 8), Map.entry("m128", 16), Map.entry("m256", 32),
            Map.entry("m16&64", 10), Map.entry("m16&32", 6), Map.entry("m16&16", 4), Map.entry("m32&32", 8),
            Map.entry("m16:16", 4), Map.entry("m16:32", 6), Map.entry("m16:64", 10), Map.entry("m512byte", 512),
            Map.entry("m32fp", 4), Map.entry("m64fp", 8), Map.entry("m80fp", 10), Map.entry("m16int", 2), Map.entry(
                    "m32int", 4), Map.entry("m64int", 8), Map.entry("m80dec", 10), Map.entry("m80bcd", 10), Map.entry(
                            "m2byte", 2), Map.entry("m14byte", 14), Map.entry("m28byte", 28), Map.entry("m94byte", 94),
            Map.entry("m108byte", 108));

    private static final Map<String, Kind> KINDS = Map.of("r8", Kind.GPR8, "r16", Kind.GPR16, "r32", Kind.GPR32, "r64",
            Kind.GPR64, "xmm", Kind.XMM, "ymm", Kind.YMM, "mm", Kind.MM, "ST(i)", Kind.ST);

    private static final Set<String> REG_ALWAYS = Set.of("Sreg", "CRn", "DRn");

    private final List<String> texts;
    private final Encoding encoding;
    private final String en;

    SpecParser(List<String> texts, Encoding encoding, String en) {
        this.texts = texts;
        this.encoding = encoding;
        this.en = en;
    }

    List<OperandSpec> parse() {
        if (en.isEmpty() && encoding.vex() != null && !texts.isEmpty()) {
            throw new IllegalArgumentException("a VEX row with operands needs en= to say which field holds which: "
                    + "a letter of R V M I for each of " + texts);
        }
        if (!en.isEmpty() && en.length() != texts.size()) {
            throw new IllegalArgumentException("en=" + en + " has " + en.length() + " letters for " + texts.size()
                    + " operands " + texts);
        }
        List<OperandSpec> specs = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            specs.add(operand(i));
        }
        return specs;
    }

    private OperandSpec operand(int position) {
        String text = texts.get(position);
        String name = text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
        Register fixed = Register.find(name);
        if (fixed != null && name.equals(name.toUpperCase(Locale.ROOT))) {
            return new OperandSpec(text, Role.FIXED, fixed.kind(), false, 0, null, fixed, 0, 0);
        }
        if (text.equals("1")) {
            return new OperandSpec(text, Role.CONSTANT, null, false, 0, null, null, 1, 0);
        }
        if (text.startsWith("imm")) {
            return immediate(text, Role.IMM, bits(text, 3) / 8);
        }
        if (text.startsWith("rel")) {
            return immediate(text, Role.REL, bits(text, 3) / 8);
        }
        if (text.startsWith("ptr16:")) {
            return immediate(text, Role.FAR, 2 + bits(text, 6) / 8);
        }
        if (text.startsWith("moffs")) {
            return new OperandSpec(text, Role.MOFFS, null, true, bits(text, 5) / 8, null, null, 0, 0);
        }
        if (text.startsWith("[")) {
            return impliedMemory(text);
        }
        return text.startsWith("vm") ? vectorMemory(text) : registerOrMemory(position, text);
    }

    private static OperandSpec immediate(String text, Role role, int size) {
        return new OperandSpec(text, role, null, false, 0, null, null, 0, size);
    }

    /** {@code [rDI]8}: 8 bits at ES:RDI; likewise {@code [rSI]} and {@code [rBX+AL]}. */
    private static OperandSpec impliedMemory(String text) {
        int close = text.indexOf(']');
        Role role = switch (text.substring(0, close + 1)) {
            case "[rDI]" -> Role.STRING_DI;
            case "[rSI]" -> Role.STRING_SI;
            case "[rBX+AL]" -> Role.XLAT;
            default -> throw unknown(text);
        };
        return new OperandSpec(text, role, null, true, bits(text, close + 1) / 8, null, null, 0, 0);
    }

    /** {@code vm32x}: a vector of 32-bit indices in an XMM register; VEX.W gives the size of what each of them loads. */
    private OperandSpec vectorMemory(String text) {
        Kind kind = switch (text) {
            case "vm32x", "vm64x" -> Kind.XMM;
            case "vm32y", "vm64y" -> Kind.YMM;
            default -> throw unknown(text);
        };
        int element = encoding.vex() != null && encoding.vex().w() == 1 ? 8 : 4;
        return new OperandSpec(text, Role.RM, null, true, element, kind, null, 0, 0);
    }

    private OperandSpec registerOrMemory(int position, String text) {
        int slash = text.indexOf('/');
        boolean memoryOnly = text.equals("m") || text.startsWith("m") && Character.isDigit(text.charAt(1));
        String memory = memoryOnly ? text : slash < 0 ? null : text.substring(slash + 1);
        if (memory != null && !MEMORY.containsKey(memory)) {
            throw unknown(text);
        }
        int memorySize = memory == null ? 0 : MEMORY.get(memory);
        Kind kind = memoryOnly ? null : kind(text, slash < 0 ? text : text.substring(0, slash), memorySize);
        Role role = role(position);
        boolean is4 = role == Role.IS4;
        if (memory != null && role != Role.RM) {
            throw new IllegalArgumentException("\"" + text + "\" may be memory, so ModRM.rm must hold it, not " + role);
        }
        return new OperandSpec(text, role, kind, memory != null, memorySize, null, null, 0, is4 ? 1 : 0);
    }

    /** Which field holds a register, or memory by ModRM. */
    private Role role(int position) {
        if (!en.isEmpty()) {
            boolean second = en.indexOf('R') < position;
            return switch (en.charAt(position)) {
                case 'R' -> second && encoding.is4() ? Role.IS4 : Role.REG;
                case 'V' -> Role.VVVV;
                case 'M' -> Role.RM;
                case 'O' -> Role.OPCODE;
                default -> throw new IllegalArgumentException("en=" + en + " says '" + en.charAt(position) + "' for \""
                        + texts.get(position) + "\": expected R, V, M or O");
            };
        }
        String text = texts.get(position);
        if (encoding.plusRegister()) {
            return Role.OPCODE;
        }
        if (isMemory(text) || encoding.digit() >= 0 || encoding.plusStack()) {
            return Role.RM;
        }
        if (REG_ALWAYS.contains(text) || texts.stream().anyMatch(SpecParser::isMemory)) {
            return Role.REG;
        }
        // Two registers: ModRM.reg holds the first, except beside one that is never in ModRM.rm
        return position == 0 && texts.stream().noneMatch(REG_ALWAYS::contains) ? Role.REG : Role.RM;
    }

    private static boolean isMemory(String text) {
        return text.indexOf('/') > 0 || text.equals("m") || text.startsWith("vm")
                || text.length() > 1 && text.charAt(0) == 'm' && Character.isDigit(text.charAt(1));
    }

    private static Kind kind(String text, String register, int memorySize) {
        switch (register) {
            case "Sreg" :
                return Kind.SEGMENT;
            case "CRn" :
                return Kind.CONTROL;
            case "DRn" :
                return Kind.DEBUG;
            default :
                // the SDM numbers operands of one kind: xmm1, mm2, r32a
                String name = register.equals("r") ? "r" + memorySize * 8
                        : register.startsWith("r") ? register.replaceFirst("[ab]$", "") : register.replaceFirst(
                                "[1-4]$", "");
                Kind kind = KINDS.get(name);
                if (kind == null) {
                    throw unknown(text);
                }
                return kind;
        }
    }

    private static int bits(String text, int from) {
        try {
            return Integer.parseInt(text.substring(from));
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException("unknown operand \"" + text
                + "\": expected the SDM's notation, such as r/m64, r32, imm8, rel32, ptr16:32, m128, xmm2/m64, ymm3/m256, "
                + "mm2/m64, vm32x, ST(i), m80fp, Sreg, CRn, AL or [rDI]8");
    }
}
