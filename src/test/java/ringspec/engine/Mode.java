package ringspec.engine;

import java.util.function.UnaryOperator;
import ringspec.isa.CodeSize;

/** Where a random program runs. */
enum Mode {
    LONG_RING_0(CodeSize.BITS_64, false, true, ModeBed::inLongMode),
    LONG_RING_3(CodeSize.BITS_64, true, true, bed -> bed.inLongMode().inUserMode()),
    COMPATIBILITY(CodeSize.BITS_32, true, true, bed -> bed.inLongMode().inUserMode()),
    PROTECTED_RING_0(CodeSize.BITS_32, false, false, ModeBed::inProtectedMode),
    PROTECTED_RING_3(CodeSize.BITS_32, true, false, bed -> bed.inProtectedMode().inUserMode()),
    REAL(CodeSize.BITS_16, false, false, ModeBed::inRealMode);

    private final CodeSize size;
    private final boolean user;
    private final boolean longMode;
    private final UnaryOperator<ModeBed> entry;

    Mode(CodeSize size, boolean user, boolean longMode, UnaryOperator<ModeBed> entry) {
        this.size = size;
        this.user = user;
        this.longMode = longMode;
        this.entry = entry;
    }

    /** How the program is decoded. */
    CodeSize size() {
        return size;
    }

    /** True in ring 3. */
    boolean isUser() {
        return user;
    }

    /** Bits of the code of its exception handlers. */
    int handlerBits() {
        return longMode ? 64 : this == REAL ? 16 : 32;
    }

    /** Puts the processor of a bed into the mode. */
    void enter(ModeBed bed) {
        entry.apply(bed);
    }
}
