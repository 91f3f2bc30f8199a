package ringspec.isa.assembler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import ringspec.isa.CodeSize;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionForm.SizeRule;
import ringspec.isa.OperandSpec;
import ringspec.isa.Register;

/** Finds the rows that take the kinds of operands an instruction has, and says what is wrong if there are none or too many. */
final class FormMatcher {

    private static final int MOST_LISTED = 12;
    /** What takes the default operand size if nothing says another, as their 64-bit forms do. */
    private static final Set<String> PREFERRED = Set.of("PUSH", "POP", "CALL", "JMP");

    private final String mnemonic;
    private final int column;
    private final List<Slot> slots;
    private final CodeSize codeSize;

    FormMatcher(String mnemonic, int column, List<Slot> slots, CodeSize codeSize) {
        this.mnemonic = mnemonic;
        this.column = column;
        this.slots = slots;
        this.codeSize = codeSize;
    }

    /** The rows of the list that fit; possibly none. */
    List<Candidate> match(List<InstructionForm> forms) {
        List<Candidate> candidates = new ArrayList<>();
        for (InstructionForm form : forms) {
            for (List<Slot> order : orders(form)) {
                if (fits(form, order)) {
                    candidates.add(new Candidate(form, form.operands().isEmpty() ? List.of() : order));
                }
            }
        }
        return unambiguous(candidates);
    }

    /** The operands as written, and in the other ways that mean the same. */
    private List<List<Slot>> orders(InstructionForm form) {
        boolean commutes = form.mnemonic().equals("XCHG") || form.mnemonic().equals("TEST");
        if (slots.size() != 2) {
            return List.of(slots);
        }
        if (commutes) {
            return List.of(slots, slots.reversed());
        }
        if (form.mnemonic().equals("IMUL") && slots.get(1).operand() instanceof AsmOperand.Imm) {
            return List.of(List.of(slots.get(0), slots.get(0), slots.get(1)));
        }
        return List.of(slots);
    }

    private static boolean fits(InstructionForm form, List<Slot> order) {
        List<OperandSpec> specs = form.operands();
        if (order.isEmpty() && specs.stream().anyMatch(FormMatcher::isImplied)) {
            return true;
        }
        if (specs.isEmpty() && form.printedMnemonic().contains("_")) {
            return order.isEmpty() || printsOperands(form, order);
        }
        if (order.size() != specs.size()) {
            return false;
        }
        for (int i = 0; i < specs.size(); i++) {
            if (!SpecMatcher.fits(form, specs.get(i), order.get(i).operand())) {
                return false;
            }
        }
        return true;
    }

    /** {@code monitor rax, ecx, edx}: registers that the GNU tools print, although the encoding has none. */
    private static boolean printsOperands(InstructionForm form, List<Slot> order) {
        String registers = order.stream()
                .map(slot -> slot.operand() instanceof AsmOperand.Reg reg ? reg.register().toString() : "?").collect(
                        Collectors.joining(","));
        return form.printedMnemonic().endsWith("_" + registers);
    }

    static boolean isImplied(OperandSpec spec) {
        return switch (spec.role()) {
            case STRING_DI, STRING_SI, XLAT -> true;
            default -> false;
        };
    }

    private List<Candidate> unambiguous(List<Candidate> candidates) {
        boolean wordSaid = slots.stream().anyMatch(slot -> slot.operand() instanceof AsmOperand.Imm imm && imm
                .size() == 2);
        boolean wideFar = !slots.isEmpty() && slots.getFirst().operand() instanceof AsmOperand.Far;
        boolean wide = !wideFar && candidates.stream().anyMatch(candidate -> isWide(candidate.form()));
        List<Candidate> left = candidates;
        if (wide && !wordSaid && codeSize.is64()) {
            left = left.stream().filter(candidate -> !candidate.form().attributes().has("o16")).toList();
        }
        if (wideFar && codeSize == CodeSize.BITS_32 && left.size() > 1) {
            left = left.stream().filter(candidate -> candidate.form().operandSize() == 32).toList();
        }
        AsmOperand.Mem unsized = unsizedMemory();
        if (unsized != null && wide) {
            left = left.stream().filter(candidate -> isWide(candidate.form())).toList();
        }
        if (unsized != null && unsized.far() && left.size() > 1) {
            left = left.stream().filter(candidate -> candidate.form().operandSize() == codeSize.operandSize()).toList();
        }
        boolean sizeless = unsized != null || slots.isEmpty();
        if (sizeless && left.stream().flatMap(candidate -> memorySizes(candidate.form())).distinct().count() > 1) {
            String place = unsized == null
                    ? "write the size into the mnemonic, as in " + mnemonic + "b"
                    : "say byte, word, dword, qword or xmmword before the memory operand";
            throw new Mistake(unsized == null ? column : unsized.column(), "operand size unknown: " + place + " ("
                    + mnemonic
                    + " takes " + list(left.stream().map(Candidate::form).toList()) + ")");
        }
        return left;
    }

    private boolean isWide(InstructionForm form) {
        boolean preferred = !codeSize.is64() && form.operandSize() == codeSize.operandSize();
        return preferred && PREFERRED.contains(form.mnemonic()) || form.sizeRule() == SizeRule.DEFAULT_64 || form
                .sizeRule() == SizeRule.FORCED_64;
    }

    private AsmOperand.Mem unsizedMemory() {
        for (Slot slot : slots) {
            if (slot.operand() instanceof AsmOperand.Mem mem && mem.size() == 0) {
                return mem;
            }
        }
        return null;
    }

    private static java.util.stream.Stream<Integer> memorySizes(InstructionForm form) {
        return form.operands().stream().filter(OperandSpec::memory).map(OperandSpec::memorySize);
    }

    /** That no row fits, with the rows there are. */
    Mistake noForm(List<InstructionForm> forms) {
        String operands = slots.stream().map(slot -> slot.operand().describe()).collect(Collectors.joining(", "));
        boolean bad = slots.stream().anyMatch(slot -> slot.operand() instanceof AsmOperand.Reg reg
                && reg.register().kind() == Register.Kind.RIP);
        return new Mistake(column, "no form of " + mnemonic + " takes " + (operands.isEmpty() ? "no operands" : "("
                + operands + ")")
                + ": there is " + list(near(forms)) + (bad ? "; rip can stand in brackets only" : ""));
    }

    /** The rows that fit in number and in at least one operand, if there are any. */
    private List<InstructionForm> near(List<InstructionForm> forms) {
        List<InstructionForm> near = new ArrayList<>();
        for (InstructionForm form : forms) {
            boolean fits = false;
            for (int i = 0; i < slots.size() && slots.size() == form.operands().size(); i++) {
                fits |= SpecMatcher.fits(form, form.operands().get(i), slots.get(i).operand());
            }
            if (fits) {
                near.add(form);
            }
        }
        return near.isEmpty() ? forms : near;
    }

    private static String list(List<InstructionForm> forms) {
        Set<String> signatures = new LinkedHashSet<>();
        for (InstructionForm form : forms) {
            String signature = form.signature();
            int space = signature.indexOf(' ');
            signatures.add(space < 0 ? signature.toLowerCase(Locale.ROOT)
                    : signature.substring(0, space).toLowerCase(Locale.ROOT) + signature.substring(space));
        }
        String text = signatures.stream().limit(MOST_LISTED).collect(Collectors.joining("; "));
        return signatures.size() > MOST_LISTED ? text + "; .." : text;
    }
}
