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

    private static final Opcode[][] MAPS = build();

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

        private Opcode(List<InstructionForm> rows) {
            modRm = rows.getFirst().encoding().modRm();
            if (rows.stream().anyMatch(row -> row.encoding().modRm() != modRm)) {
                throw new IllegalStateException("rows of one opcode disagree whether ModRM follows: " + rows);
            }
            int size = 1;
            sizeStride = size;
            size *= SIZES;
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
            for (int specificity = MOST_SPECIFIC; specificity >= 0; specificity--) {
                for (InstructionForm row : rows) {
                    if (specificity(row) == specificity) {
                        enter(row, byPrefix, byAddress, byRexB);
                    }
                }
            }
            fallBack();
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

        private void enter(InstructionForm row, boolean byPrefix, boolean byAddress, boolean byRexB) {
            for (int prefix = 0; prefix < (byPrefix ? PREFIXES : 1); prefix++) {
                if (byPrefix && !fitsPrefix(row, prefix)) {
                    continue;
                }
                for (int size = 0; size < SIZES; size++) {
                    for (int address = 0; address < (byAddress ? 2 : 1); address++) {
                        for (int rexB = 0; rexB < (byRexB ? 2 : 1); rexB++) {
                            if (fitsSize(row, size) && !row.attributes().has(address == 1 ? "a64" : "a32")
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

    private static boolean fitsModRm(InstructionForm row, int value) {
        Encoding encoding = row.encoding();
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

    /** The rows of an opcode, or null if it is in no row. */
    static Opcode find(int map, int opcode) {
        return MAPS[map][opcode];
    }

    private static Opcode[][] build() {
        List<List<List<InstructionForm>>> rows = new ArrayList<>();
        for (int map = 0; map < 4; map++) {
            rows.add(new ArrayList<>());
            for (int opcode = 0; opcode < 256; opcode++) {
                rows.get(map).add(new ArrayList<>());
            }
        }
        for (InstructionForm form : InstructionTable.get().forms()) {
            Encoding encoding = form.encoding();
            for (int register = 0; register < (encoding.plusRegister() ? 8 : 1); register++) {
                rows.get(encoding.map()).get(encoding.opcode() + register).add(form);
            }
        }
        Opcode[][] maps = new Opcode[4][256];
        for (int map = 0; map < 4; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                List<InstructionForm> list = rows.get(map).get(opcode);
                maps[map][opcode] = list.isEmpty() ? null : new Opcode(list);
            }
        }
        return maps;
    }
}
