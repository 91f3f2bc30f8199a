package ringspec.kernel.syscall;

import static ringspec.kernel.ObjectLayout.OBJECT_ID;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import ringspec.kernel.KernelServices;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityType;

/**
 * cap_inspect(slot, info*): writes u64 type, rights, object, size, badge. The object is its number, never its address. The size
 * is that of a Memory in bytes, of a budget what is left of it; 0 for other types.
 */
final class CapInspect implements SyscallHandler {

    private static final int SIZE = 40;

    @Override
    public long handle(Arguments arguments, KernelServices kernel) throws SyscallFailure {
        Capability capability = kernel.tables().slot(kernel.currentTable(), arguments.first());
        ByteBuffer info = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
        info.putLong(capability.type().code());
        info.putLong(capability.rights());
        info.putLong(kernel.memory().load(capability.object() + OBJECT_ID));
        info.putLong(size(capability, kernel));
        info.putLong(capability.badge());
        kernel.user().copyOut(arguments.second(), info.array());
        return 0;
    }

    private static long size(Capability capability, KernelServices kernel) {
        if (capability.type() != CapabilityType.MEMORY) {
            return 0;
        }
        return kernel.memories().isBudget(capability.object()) ? kernel.memories().size(capability.object())
                : capability.length();
    }
}
