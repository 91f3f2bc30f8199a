package ringspec.isa.assembler;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import ringspec.isa.CodeSize;
import ringspec.isa.Encoding;
import ringspec.isa.InstructionForm;
import ringspec.isa.InstructionTable;
import ringspec.isa.OperandSpec;
import ringspec.isa.Register;
import ringspec.isa.Repeat;

/** The prefix bytes before REX, in the order of the GNU assembler: segment, address size, operand size, repeat or mandatory, LOCK. */
final class LegacyPrefixes {

    private static final int[] SEGMENTS = {0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65};

    private final CodeSize codeSize;
    private final InstructionForm form;
    private final Prefixes written;
    private final AsmOperand.@Nullable Mem memory;
    private final boolean memoryIsDestination;

    /**
     * @param written             what the text has before the mnemonic
     * @param memory              the memory operand, or null
     * @param memoryIsDestination whether it is the first operand
     */
    LegacyPrefixes(CodeSize codeSize, InstructionForm form, Prefixes written, AsmOperand.@Nullable Mem memory,
            boolean memoryIsDestination) {
        this.codeSize = codeSize;
        this.form = form;
        this.written = written;
        this.memory = memory;
        this.memoryIsDestination = memoryIsDestination;
    }

    /**
     * The bytes.
     *
     * @throws Mistake if a written prefix doesn't go with the instruction
     */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(4);
        Encoding.Prefix mandatory = form.encoding().prefix();
        Register segment = segmentOverride();
        if (segment != null) {
            out.write(SEGMENTS[segment.number()]);
        }
        if (hasOtherAddressSize()) {
            out.write(0x67);
        }
        if (form.isVex()) {
            if (written.lock() || written.repeat() != Repeat.NONE) {
                throw new Mistake(written.column(), "an instruction with a VEX prefix takes neither LOCK nor a repeat "
                        + "prefix (#UD)");
            }
            return out.toByteArray();
        }
        boolean otherSize = codeSize == CodeSize.BITS_16
                ? form.operandSize() == 32 && InstructionTable.get().hasNarrowSibling(form)
                : form.needsOperandSizePrefix();
        if (otherSize || mandatory == Encoding.Prefix.P66) {
            out.write(0x66);
        }
        if (mandatory == Encoding.Prefix.F2 || mandatory == Encoding.Prefix.F3) {
            out.write(mandatory.value());
        }
        if (written.repeat() != Repeat.NONE) {
            checkRepeat();
            out.write(written.repeat() == Repeat.REP ? 0xF3 : 0xF2);
        }
        if (written.lock()) {
            checkLock();
            out.write(0xF0);
        }
        return out.toByteArray();
    }

    private boolean hasOtherAddressSize() {
        for (int size : new int[]{16, 32, 64}) {
            if (form.attributes().has("a" + size)) {
                return size != codeSize.addressSize();
            }
        }
        return memory != null && memory.addressSize(codeSize) != codeSize.addressSize();
    }

    private void checkRepeat() {
        if (!form.repeatable()) {
            throw new Mistake(written.column(), "a repeat prefix is for string instructions only; to emit it anyway, "
                    + "write db 0xF3 or db 0xF2 before the instruction");
        }
    }

    private void checkLock() {
        if (!form.lockable() || !memoryIsDestination) {
            String allowed = String.join(", ", InstructionTable.get().forms().stream().filter(InstructionForm::lockable)
                    .map(InstructionForm::mnemonic).distinct().sorted().toList());
            throw new Mistake(written.column(), "LOCK is not allowed here (#UD): it goes with a memory destination of "
                    + allowed + "; to emit it anyway, write db 0xF0 before the instruction");
        }
    }

    /** The segment whose prefix is needed: one that isn't the default. */
    private @Nullable Register segmentOverride() {
        if (memory == null || memory.segment() == null) {
            return written.segment();
        }
        Register base = memory.base();
        boolean stack = base != null && (base.number() == 4 || base.number() == 5);
        boolean stores = has(OperandSpec.Role.STRING_DI) && !has(OperandSpec.Role.STRING_SI);
        Register normal = stores ? Register.ES : stack ? Register.SS : Register.DS;
        return memory.segment() == normal ? written.segment() : memory.segment();
    }

    private boolean has(OperandSpec.Role role) {
        return form.operands().stream().anyMatch(spec -> spec.role() == role);
    }
}
