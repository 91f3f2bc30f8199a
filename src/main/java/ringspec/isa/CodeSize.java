package ringspec.isa;

/** What the code segment's L and D bits say of the code in it: how wide addresses and operands are without a prefix (SDM vol. 1, 3.6). */
public enum CodeSize {
    /** CS.D = 0 outside 64-bit mode: real-address mode, virtual-8086 mode, 16-bit segments. */
    BITS_16(16, 16),
    /** CS.D = 1 outside 64-bit mode. */
    BITS_32(32, 32),
    /** CS.L = 1 in IA-32e mode: 64-bit addresses, 32-bit operands. */
    BITS_64(64, 32);

    private final int addressSize;
    private final int operandSize;

    CodeSize(int addressSize, int operandSize) {
        this.addressSize = addressSize;
        this.operandSize = operandSize;
    }

    /** The address size in bits without 67. */
    public int addressSize() {
        return addressSize;
    }

    /** The address size in bits with 67. */
    public int otherAddressSize() {
        return addressSize == 32 ? 16 : 32;
    }

    /** The operand size in bits without 66 and REX.W. */
    public int operandSize() {
        return operandSize;
    }

    /** Whether this is 64-bit mode: REX, RIP-relative addresses, no segmentation. */
    public boolean is64() {
        return this == BITS_64;
    }
}
