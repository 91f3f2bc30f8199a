package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.THREAD_MESSAGE;

import java.util.Arrays;
import java.util.List;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelPanic;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.process.ThreadObject;

/**
 * A message on its way: checked, and out of the sender's reach.
 *
 * @param data at most 64 bytes
 * @param capabilities the sender's own, which the receiver gets copies of; at most 4
 * @param badge of the capability that it is sent through
 */
record Parcel(byte[] data, List<Capability> capabilities, long badge) {

    /** Keeps it in the structure of a sender that has to wait. */
    void store(ThreadObject sender) {
        long[] addresses = capabilities.stream().mapToLong(Capability::address).toArray();
        sender.memory().write(sender.address() + THREAD_MESSAGE, new Message(data, addresses, badge, 0).encode(), 0,
                Message.SIZE);
    }

    /** What a waiting sender sends. */
    static Parcel of(ThreadObject sender) {
        KernelMemory memory = sender.memory();
        try {
            Message stored = Message.decode(memory.read(sender.address() + THREAD_MESSAGE, Message.SIZE));
            return new Parcel(stored.data(), Arrays.stream(stored.capabilities()).mapToObj(
                    address -> new Capability(memory, address)).toList(), stored.badge());
        } catch (SyscallFailure e) {
            throw new KernelPanic("thread %d waits with a damaged message".formatted(sender.id()));
        }
    }

    /** Whether it carries the capability at an address. */
    boolean carries(long capability) {
        return capabilities.stream().anyMatch(each -> each.address() == capability);
    }
}
