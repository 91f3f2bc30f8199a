package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.THREAD_REPLY;

import java.util.List;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.UserPages;
import ringspec.kernel.process.ThreadObject;

/** Puts a message into a receiver's hands: its buffer in its own address space, its capability table. */
public final class Delivery {

    private final KernelMemory memory;
    private final AddressSpace.Context spaces;
    private final CapabilityTables tables;
    private final Derivations derivations;

    /** Deliveries on one machine. */
    public Delivery(AddressSpace.Context spaces, CapabilityTables tables, Derivations derivations) {
        this.memory = spaces.memory();
        this.spaces = spaces;
        this.tables = tables;
        this.derivations = derivations;
    }

    /** Whether the whole buffer that a thread waits to have filled is still writable for it. */
    boolean canWrite(ThreadObject receiver) {
        return pages(receiver).isWritable(receiver.buffer(), Message.SIZE);
    }

    /**
     * Whether a receiver's table has a free slot for everything.
     *
     * @param caller address of the thread that a Reply is to be made for, or 0
     */
    boolean hasRoom(ThreadObject receiver, Parcel parcel, long caller) {
        int needed = parcel.capabilities().size() + (caller == 0 ? 0 : 1);
        long table = receiver.process().capabilities();
        for (int slot = 0; slot < CAPABILITY_SLOTS && needed > 0; slot++) {
            if (tables.at(table, slot).type() == null) {
                needed--;
            }
        }
        return needed == 0;
    }

    /**
     * Delivers. Each capability becomes a child of the sender's, with its rights, in the lowest free slot; the Reply comes last.
     *
     * @param caller address of the thread that a Reply is to be made for, or 0
     */
    void deliver(Parcel parcel, ThreadObject receiver, long caller) {
        long table = receiver.process().capabilities();
        List<Capability> sent = parcel.capabilities();
        long[] slots = new long[sent.size()];
        for (int i = 0; i < slots.length; i++) {
            int slot = tables.lowestFree(table);
            derivations.derive(sent.get(i), table, slot, sent.get(i).rights());
            slots[i] = slot;
        }
        int reply = 0;
        if (caller != 0) {
            reply = tables.lowestFree(table);
            // To answer is all that it allows: without GRANT it stays where it is.
            tables.install(table, reply, CapabilityType.REPLY, Rights.WRITE, caller, 0);
            memory.store(caller + THREAD_REPLY, tables.at(table, reply).address());
        }
        write(receiver, new Message(parcel.data(), slots, parcel.badge(), reply));
    }

    /** Fills a thread's buffer, which must be writable. */
    void write(ThreadObject receiver, Message message) {
        pages(receiver).write(receiver.buffer(), message.encode());
    }

    private UserPages pages(ThreadObject thread) {
        return new UserPages(thread.process().space(spaces));
    }
}
