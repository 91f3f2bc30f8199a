package ringspec.subject;

import ringspec.cpu.Vector;

/**
 * What the kernel recorded when it ended a process (D40).
 *
 * @param process its id
 * @param vector 0 to 31
 * @param errorCode 0 where the vector has none
 * @param rip address of the instruction
 * @param cr2 address for #PF, else whatever CR2 held
 */
public record FaultRecord(long process, int vector, long errorCode, long rip, long cr2) {

    @Override
    public String toString() {
        return "%s(0x%x) at RIP 0x%x%s in process %d".formatted(Vector.name(vector), errorCode, rip,
                vector == Vector.PF ? ", CR2 0x%x".formatted(cr2) : "", process);
    }
}
