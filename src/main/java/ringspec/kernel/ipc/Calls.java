package ringspec.kernel.ipc;

import java.util.ArrayList;
import java.util.List;
import ringspec.kernel.Console;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.UserMemory;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.UserPages;
import ringspec.kernel.process.ThreadObject;

/**
 * What the five IPC calls do once their capability is found: user memory is read once and checked in full before anything
 * happens.
 */
public final class Calls {

    private final KernelMemory memory;
    private final AddressSpace.Context spaces;
    private final UserMemory user;
    private final CapabilityTables tables;
    private final Console console;
    private final Ipc ipc;

    /** The calls on one machine. */
    public Calls(AddressSpace.Context spaces, UserMemory user, CapabilityTables tables, Console console, Ipc ipc) {
        this.memory = spaces.memory();
        this.spaces = spaces;
        this.user = user;
        this.tables = tables;
        this.console = console;
        this.ipc = ipc;
    }

    /**
     * ipc_send.
     *
     * @throws SyscallFailure FAULT, INVAL, BADSLOT, RIGHTS or FULL
     */
    public void send(ThreadObject sender, Capability through, long buffer) throws SyscallFailure {
        Parcel parcel = read(sender, buffer, through.badge());
        if (endpoint(through).isServedByKernel()) {
            print(parcel);
        } else {
            ipc.send(sender, through, parcel);
        }
    }

    /**
     * ipc_call. The kernel's answer to what it prints is an empty message.
     *
     * @throws SyscallFailure FAULT, INVAL, BADSLOT, RIGHTS or FULL
     */
    public void call(ThreadObject caller, Capability through, long buffer) throws SyscallFailure {
        requireWritable(caller, buffer);
        Parcel parcel = read(caller, buffer, through.badge());
        if (endpoint(through).isServedByKernel()) {
            print(parcel);
            user.copyOut(buffer, new Message(new byte[0], new long[0], 0, 0).encode());
        } else {
            ipc.call(caller, through, parcel, buffer);
        }
    }

    /**
     * ipc_recv.
     *
     * @return 1 if notification bits were there, else 0
     * @throws SyscallFailure FAULT
     */
    public long receive(ThreadObject receiver, Capability through, long buffer) throws SyscallFailure {
        requireWritable(receiver, buffer);
        return ipc.receive(receiver, through, buffer);
    }

    /**
     * ipc_reply. The Reply capability is left for its removal.
     *
     * @throws SyscallFailure FAULT, INVAL, BADSLOT, RIGHTS, DEAD or FULL
     */
    public void reply(ThreadObject sender, Capability reply, long buffer) throws SyscallFailure {
        Parcel parcel = read(sender, buffer, 0);
        ipc.reply(ipc.caller(reply), parcel);
    }

    /** ipc_notify. */
    public void notify(Capability through, long bits) {
        ipc.notify(endpoint(through), bits);
    }

    /** Copies a message in, once, and looks its capabilities up. */
    private Parcel read(ThreadObject sender, long buffer, long badge) throws SyscallFailure {
        Message message = Message.decode(user.copyIn(buffer, Message.SIZE));
        List<Capability> capabilities = new ArrayList<>();
        for (long slot : message.capabilities()) {
            Capability capability = tables.slot(sender.process().capabilities(), slot);
            CapabilityTables.requireRights(capability, Rights.GRANT);
            capabilities.add(capability);
        }
        return new Parcel(message.data(), capabilities, badge);
    }

    private void requireWritable(ThreadObject thread, long buffer) throws SyscallFailure {
        if (!new UserPages(thread.process().space(spaces)).isWritable(buffer, Message.SIZE)) {
            throw new SyscallFailure(ErrorCode.FAULT);
        }
    }

    /** The kernel's own serial service takes every message at once. It has no table, so there is no place for capabilities. */
    private void print(Parcel parcel) throws SyscallFailure {
        if (!parcel.capabilities().isEmpty()) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        console.send(parcel.data(), parcel.data().length);
    }

    private EndpointObject endpoint(Capability capability) {
        return new EndpointObject(memory, capability.object());
    }
}
