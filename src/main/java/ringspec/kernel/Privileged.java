package ringspec.kernel;

/** What kernel code does with privileged instructions, besides its entry paths. */
public interface Privileged {

    /** INVLPG: drops the translations of one page. */
    void invlpg(long linear);

    /** MOV from CR3, bits 51:12. */
    long cr3();

    /** MOV from CR2. */
    long cr2();

    /** OUT of one byte. */
    void out8(int port, int value);
}
