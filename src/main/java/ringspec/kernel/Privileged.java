package ringspec.kernel;

/** What kernel code does with privileged instructions, besides its entry paths. */
public interface Privileged {

    /** INVLPG: drops the translations of one page. */
    void invlpg(long linear);

    /** MOV from CR3, bits 51:12. */
    long cr3();

    /** MOV from CR2. */
    long cr2();

    /** Reads a device's 32-bit register at a linear address. */
    int readRegister(long linear);

    /** Writes a device's 32-bit register at a linear address. */
    void writeRegister(long linear, int value);

    /** OUT of one byte. */
    void out8(int port, int value);
}
