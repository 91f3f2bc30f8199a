package ringspec.isa;

import java.util.ArrayList;
import java.util.List;

/**
 * The instruction table arranged for decoding: from opcode map and byte, mandatory prefix, ModRM and sizes to the one form that fits.
 * Built once from the table; a look-up is one multiplication per property that the opcode's rows tell apart.
 */
final class DecodeIndex {

    /** Prefix classes: none, 66, F3, F2. */
    static final int PREFIXES = 4;
    /** Operand-size slots: 16, 32, 64 bits. */
    static final int SIZES = 3;
    /** Slots of VEX.L and VEX.W, which take the place of operand sizes: 2 * L + W. */
    private static final int VEX_SLOTS = 4;
    /** The first map reached by a VEX prefix: its map m is {@code VEX_MAPS + m}. */
    static final int VEX_MAPS = 3;
    private static final int MAP_COUNT = 7;

    /** By map and opcode byte, for 64-bit mode; null where no row is. */
    static final Opcode[][] LONG = build(CodeSize.BITS_64);
    /** The same for legacy and compatibility mode. */
    static final Opcode[][] LEGACY = build(CodeSize.BITS_32);

    private DecodeIndex() {
    }

    /** The rows of one opcode byte. */
    static final class Opcode {
        /** Whether a ModRM byte follows the opcode; the same for all rows of an opcode. */
        final boolean modRm;
        private final InstructionForm[] forms;
        private final int prefixStride;
        private final int modRmStride;
        /** How many ModRM classes there are: 1, 16 (register form or not, and reg), or 256 where a whole ModRM byte is opcode. */
        private final int modRmClasses;
        private final int sizeStride;
        private final int addressStride;
        private final int rexBStride;

        private Opcode(List<InstructionForm> rows, boolean vex) {
            modRm = rows.getFirst().encoding().modRm();
            if (rows.stream().anyMatch(row -> row.encoding().modRm() != modRm)) {
                throw new IllegalStateException("rows of one opcode disagree whether ModRM follows: " + rows);
            }
            int size = 1;
            sizeStride = size;
            size *= vex ? VEX_SLOTS : SIZES;
            boolean byPrefix = rows.stream().anyMatch(row -> row.encoding().prefix() != Encoding.Prefix.ANY);
            prefixStride = byPrefix ? size : 0;
            size *= byPrefix ? PREFIXES : 1;
            boolean byAddress = rows.stream().anyMatch(row -> row.attributes().has("a32"));
            addressStride = byAddress ? size : 0;
            size *= byAddress ? 2 : 1;
            boolean byRexB = rows.stream().anyMatch(row -> row.encoding().plusRegister());
            rexBStride = byRexB ? size : 0;
            size *= byRexB ? 2 : 1;
            modRmClasses = !modRm ? 1 : rows.stream().anyMatch(row -> row.encoding().fixedModRm() >= 0) ? 256 : 16;
            modRmStride = size;
            forms = new InstructionForm[size * modRmClasses];
        }

        private static Opcode legacy(List<InstructionForm> rows) {
            Opcode opcode = new Opcode(rows, false);
            for (int specificity = MOST_SPECIFIC; specificity >= 0; specificity--) {
                for (InstructionForm row : rows) {
                    if (specificity(row) == specificity) {
                        opcode.enter(row);
                    }
                }
            }
            opcode.fallBack();
            return opcode;
        }

        /**
         * @param only64 rows of the opcode that this code size lacks; where one differs from a row in VEX.W alone, W is ignored
         */
        private static Opcode vex(List<InstructionForm> rows, List<InstructionForm> only64) {
            Opcode opcode = new Opcode(rows, true);
            for (InstructionForm row : rows) {
                boolean ignoresW = row.encoding().vex().w() < 0 || only64.stream().anyMatch(other -> other.encoding()
                        .prefix() == row.encoding().prefix() && other.encoding().digit() == row.encoding().digit());
                for (int slot = 0; slot < VEX_SLOTS; slot++) {
                    int length = row.encoding().vex().length();
                    if ((length < 0 || length == slot >> 1) && (ignoresW || row.encoding().vex().w() == (slot & 1))) {
                        for (int prefix = 0; prefix < PREFIXES; prefix++) {
                            if (fitsPrefix(row, prefix)) {
                                opcode.enterModRm(row, slot * opcode.sizeStride + prefix * opcode.prefixStride);
                            }
                        }
                    }
                }
            }
            return opcode;
        }

        InstructionForm find(int prefix, int modRmByte, int size, int address32, int rexB) {
            return forms[size * sizeStride + prefix * prefixStride + address32 * addressStride + rexB * rexBStride
                    + modRmClass(modRmByte) * modRmStride];
        }

        private int modRmClass(int modRmByte) {
            return switch (modRmClasses) {
                case 1 -> 0;
                case 16 -> (modRmByte >= 0xC0 ? 8 : 0) + (modRmByte >> 3 & 7);
                default -> modRmByte;
            };
        }

        private void enter(InstructionForm row) {
            for (int prefix = 0; prefix < (prefixStride > 0 ? PREFIXES : 1); prefix++) {
                if (prefixStride > 0 && !fitsPrefix(row, prefix)) {
                    continue;
                }
                for (int size = 0; size < SIZES; size++) {
                    for (int address = 0; address < (addressStride > 0 ? 2 : 1); address++) {
                        for (int rexB = 0; rexB < (rexBStride > 0 ? 2 : 1); rexB++) {
                            if (fitsSize(row, size) && fitsAddress(row, address)
                                    && (rexB == 0 || row.encoding().plusRegister())) {
                                enterModRm(row, size * sizeStride + prefix * prefixStride + address * addressStride
                                        + rexB * rexBStride);
                            }
                        }
                    }
                }
            }
        }

        private void enterModRm(InstructionForm row, int at) {
            for (int value = 0; value < 256; value++) {
                int slot = at + modRmClass(value) * modRmStride;
                if (forms[slot] == null && (!modRm || fitsModRm(row, value))) {
                    forms[slot] = row;
                }
            }
        }

        /** A size without a row of its own takes the 32-bit row: there 66 and REX.W are ignored. */
        private void fallBack() {
            for (int slot = 0; slot < forms.length; slot += SIZES) {
                for (int size = 0; size < SIZES; size++) {
                    if (forms[slot + size] == null) {
                        forms[slot + size] = forms[slot + 1];
                    }
                }
            }
        }
    }

    private static final int MOST_SPECIFIC = 31;

    /** Rows that ask for more are entered first, so that a general row only fills what they leave. */
    private static int specificity(InstructionForm row) {
        Encoding encoding = row.encoding();
        return (encoding.fixedModRm() >= 0 ? 16 : 0) + (encoding.digit() >= 0 ? 8 : 0)
                + (encoding.prefix() != Encoding.Prefix.ANY ? 4 : 0) + (encoding.plusRegister() ? 0 : 2)
                + (row.sizeRule() == InstructionForm.SizeRule.SELECTED ? 1 : 0);
    }

    private static boolean fitsPrefix(InstructionForm row, int prefix) {
        return switch (row.encoding().prefix()) {
            case ANY -> true;
            case NP -> prefix == 0;
            case NFX -> prefix <= 1;
            case P66 -> prefix == 1;
            case F3 -> prefix == 2;
            case F2 -> prefix == 3;
        };
    }

    private static boolean fitsSize(InstructionForm row, int size) {
        return switch (row.sizeRule()) {
            case NONE, FORCED_64 -> true;
            case DEFAULT_64 -> size >= 1;
            case SELECTED -> row.operandSize() == 16 << size
                    || row.encoding().prefix() == Encoding.Prefix.P66 && row.operandSize() == 32 && size == 0;
        };
    }

    private static boolean fitsAddress(InstructionForm row, int address) {
        return address == 1 ? !row.attributes().has("a64") && !row.attributes().has("a16")
                : !row.attributes().has("a32");
    }

    private static boolean fitsModRm(InstructionForm row, int value) {
        Encoding encoding = row.encoding();
        if (encoding.plusStack()) {
            return (value & 0xF8) == encoding.fixedModRm();
        }
        if (encoding.fixedModRm() >= 0) {
            return value == encoding.fixedModRm();
        }
        if (encoding.digit() >= 0 && (value >> 3 & 7) != encoding.digit()) {
            return false;
        }
        if (row.attributes().has("mod3")) {
            return true;
        }
        boolean register = value >= 0xC0;
        for (OperandSpec operand : row.operands()) {
            if (operand.role() == OperandSpec.Role.RM) {
                return register ? operand.register() : operand.memory();
            }
        }
        return true;
    }

    private static Opcode[][] build(CodeSize codeSize) {
        Opcode[][] maps = new Opcode[MAP_COUNT][256];
        List<List<List<InstructionForm>>> present = emptyLists();
        List<List<List<InstructionForm>>> absent = emptyLists();
        for (InstructionForm form : InstructionTable.get().forms()) {
            Encoding encoding = form.encoding();
            int map = encoding.map() + (form.isVex() ? VEX_MAPS : 0);
            for (int register = 0; register < (encoding.plusRegister() ? 8 : 1); register++) {
                (form.existsIn(codeSize) ? present : absent).get(map).get(encoding.opcode() + register).add(form);
            }
        }
        for (int map = 0; map < MAP_COUNT; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                List<InstructionForm> rows = present.get(map).get(opcode);
                maps[map][opcode] = rows.isEmpty() ? null
                        : map > VEX_MAPS ? Opcode.vex(rows, absent.get(map).get(opcode)) : Opcode.legacy(rows);
            }
        }
        return maps;
    }

    private static List<List<List<InstructionForm>>> emptyLists() {
        List<List<List<InstructionForm>>> maps = new ArrayList<>();
        for (int map = 0; map < MAP_COUNT; map++) {
            maps.add(new ArrayList<>());
            for (int opcode = 0; opcode < 256; opcode++) {
                maps.get(map).add(new ArrayList<>());
            }
        }
        return maps;
    }
}
