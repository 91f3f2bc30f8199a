package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.THREAD_BUFFER;
import static ringspec.kernel.ObjectLayout.THREAD_REPLY;
import static ringspec.kernel.ObjectLayout.WAIT_CALL;
import static ringspec.kernel.ObjectLayout.WAIT_RECEIVE;
import static ringspec.kernel.ObjectLayout.WAIT_REPLY;
import static ringspec.kernel.ObjectLayout.WAIT_SEND;

import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.process.Threads;

/**
 * Synchronous messages: a sender and a receiver of an endpoint wait for each other, first come, first served. The one that comes
 * second does the work for both and runs on (D34). What a sender sends was copied and checked when it called.
 *
 * <p>What can go wrong at the meeting hits only the one whose fault it is. A receiver whose buffer is gone gets FAULT, and the
 * message goes to the next one. A message whose capabilities the receiver has no room for gets FULL, and the receiver waits on.
 */
public class Ipc {

    private final KernelMemory memory;
    private final Threads threads;
    private final Delivery delivery;

    /** The messages of one machine. */
    public Ipc(KernelMemory memory, Threads threads, Delivery delivery) {
        this.memory = memory;
        this.threads = threads;
        this.delivery = delivery;
    }

    /**
     * ipc_send: gives the message to the first receiver, or makes the sender wait for one.
     *
     * @throws SyscallFailure FULL, if the receiver has no room for its capabilities
     */
    void send(ThreadObject sender, Capability through, Parcel parcel) throws SyscallFailure {
        if (!meetReceiver(through, parcel, 0)) {
            queue(sender, WAIT_SEND, through, parcel);
        }
    }

    /**
     * ipc_call: the same, and makes the caller wait for the answer.
     *
     * @param buffer user address that the answer goes to
     * @throws SyscallFailure FULL, if the receiver has no room for capabilities and Reply
     */
    void call(ThreadObject caller, Capability through, Parcel parcel, long buffer) throws SyscallFailure {
        if (meetReceiver(through, parcel, caller.address())) {
            threads.awaitReply(caller);
        } else {
            queue(caller, WAIT_CALL, through, parcel);
        }
        memory.store(caller.address() + THREAD_BUFFER, buffer);
    }

    private void queue(ThreadObject sender, int reason, Capability through, Parcel parcel) {
        parcel.store(sender);
        threads.blockOn(sender, reason, through.object(), through.address());
    }

    /** Finds a receiver that can take the message; false if none waits. */
    private boolean meetReceiver(Capability through, Parcel parcel, long caller) throws SyscallFailure {
        EndpointObject endpoint = endpoint(through);
        while (!endpoint.receivers().isEmpty()) {
            ThreadObject receiver = new ThreadObject(memory, endpoint.receivers().first());
            if (!delivery.canWrite(receiver)) {
                threads.wake(receiver, ErrorCode.FAULT.result());
                continue;
            }
            if (!delivery.hasRoom(receiver, parcel, caller)) {
                throw new SyscallFailure(ErrorCode.FULL);
            }
            delivery.deliver(parcel, receiver, caller);
            threads.wake(receiver, 0);
            return true;
        }
        return false;
    }

    /**
     * ipc_recv: notification bits first (D32), else the first sender's message, else the receiver waits.
     *
     * @param buffer user address, writable for a whole message
     * @return 1 for bits, 0 otherwise
     */
    long receive(ThreadObject receiver, Capability through, long buffer) {
        EndpointObject endpoint = endpoint(through);
        if (endpoint.isServedByKernel()) {
            endpoint.setDriver(receiver.process().address());
        }
        memory.store(receiver.address() + THREAD_BUFFER, buffer);
        if (endpoint.notification() != 0) {
            delivery.write(receiver, Message.notification(endpoint.notification()));
            endpoint.setNotification(0);
            return 1;
        }
        if (!meetSender(endpoint, receiver)) {
            threads.blockOn(receiver, WAIT_RECEIVE, endpoint.address(), through.address());
        }
        return 0;
    }

    private boolean meetSender(EndpointObject endpoint, ThreadObject receiver) {
        while (!endpoint.senders().isEmpty()) {
            ThreadObject sender = new ThreadObject(memory, endpoint.senders().first());
            Parcel parcel = Parcel.of(sender);
            boolean call = sender.waitsFor() == WAIT_CALL;
            long caller = call ? sender.address() : 0;
            if (!delivery.hasRoom(receiver, parcel, caller)) {
                threads.wake(sender, ErrorCode.FULL.result());
                continue;
            }
            delivery.deliver(parcel, receiver, caller);
            if (call) {
                threads.awaitReply(sender);
            } else {
                threads.wake(sender, 0);
            }
            return true;
        }
        return false;
    }

    /** ipc_notify, and an interrupt's arrival: the first receiver gets the bits; without one they wait (D32). */
    public void notify(EndpointObject endpoint, long bits) {
        endpoint.setNotification(endpoint.notification() | bits);
        while (!endpoint.receivers().isEmpty()) {
            ThreadObject receiver = new ThreadObject(memory, endpoint.receivers().first());
            if (delivery.canWrite(receiver)) {
                delivery.write(receiver, Message.notification(endpoint.notification()));
                endpoint.setNotification(0);
                threads.wake(receiver, 1);
                return;
            }
            threads.wake(receiver, ErrorCode.FAULT.result());
        }
    }

    /**
     * The caller that a Reply capability answers.
     *
     * @throws SyscallFailure DEAD, if it waits no longer
     */
    ThreadObject caller(Capability reply) throws SyscallFailure {
        ThreadObject caller = new ThreadObject(memory, reply.object());
        if (!caller.isBlockedFor(WAIT_REPLY) || caller.reply() != reply.address()) {
            throw new SyscallFailure(ErrorCode.DEAD);
        }
        return caller;
    }

    /**
     * ipc_reply, but for the Reply capability, which the call then removes. A caller whose buffer is gone gets FAULT; who answers
     * has done its part all the same.
     *
     * @throws SyscallFailure FULL, if the caller has no room for the capabilities
     */
    void reply(ThreadObject caller, Parcel parcel) throws SyscallFailure {
        if (!delivery.canWrite(caller)) {
            threads.wake(caller, ErrorCode.FAULT.result());
            return;
        }
        if (!delivery.hasRoom(caller, parcel, 0)) {
            throw new SyscallFailure(ErrorCode.FULL);
        }
        delivery.deliver(parcel, caller, 0);
        memory.store(caller.address() + THREAD_REPLY, 0);
        threads.wake(caller, 0);
    }

    private EndpointObject endpoint(Capability capability) {
        return new EndpointObject(memory, capability.object());
    }
}
