package ringspec.kernel;

import ringspec.cpu.Cpu;
import ringspec.paging.PageTableEntry;
import ringspec.trace.TraceEvent;

/** {@link Privileged} by the machine's processor. */
final class ProcessorAccess implements Privileged {

    private final Cpu cpu;

    ProcessorAccess(Cpu cpu) {
        this.cpu = cpu;
    }

    @Override
    public void invlpg(long linear) {
        cpu.memory.invlpg(linear);
    }

    @Override
    public long cr3() {
        return cpu.cr3 & PageTableEntry.ADDRESS;
    }

    @Override
    public long cr2() {
        return cpu.cr2;
    }

    @Override
    public int readRegister(long linear) {
        return cpu.memory.read32(linear);
    }

    @Override
    public void writeRegister(long linear, int value) {
        cpu.memory.write32(linear, value);
    }

    @Override
    public void out8(int port, int value) {
        cpu.emit(new TraceEvent.PortWrite(port, 1, value & 0xFF));
        cpu.ports.write(port, 1, value);
    }
}
