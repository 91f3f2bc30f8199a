package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.OBJECT_REFERENCES;
import static ringspec.kernel.ObjectLayout.PROCESS_THREAD_COUNT;
import static ringspec.kernel.ObjectLayout.WAIT_CALL;
import static ringspec.kernel.ObjectLayout.WAIT_RECEIVE;
import static ringspec.kernel.ObjectLayout.WAIT_REPLY;
import static ringspec.kernel.ObjectLayout.WAIT_SEND;

import java.util.ArrayList;
import java.util.List;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelObjects;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.ObjectKeeper;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.irq.Interrupts;
import ringspec.kernel.process.ProcessList;
import ringspec.kernel.process.ProcessObject;
import ringspec.kernel.process.ThreadObject;
import ringspec.kernel.process.ThreadQueue;
import ringspec.kernel.process.Threads;

/**
 * Nobody waits in vain (IPC-07). A thread wakes with DEAD when the capability through which it waits, one that its message
 * carries, or the Reply that would answer it goes; and when with some capability or thread the last one goes that could have
 * come to meet it: no other process holds the counterpart's right, and its own either doesn't or has no other thread.
 */
public class Endings implements ObjectKeeper {

    private final KernelMemory memory;
    private final KernelObjects objects;
    private final CapabilityTables tables;
    private final Threads threads;
    private final Interrupts interrupts;
    private final ProcessList processes;

    /** The endings on one machine. */
    public Endings(KernelMemory memory, KernelObjects objects, CapabilityTables tables, Threads threads,
            Interrupts interrupts) {
        this.memory = memory;
        this.objects = objects;
        this.tables = tables;
        this.threads = threads;
        this.interrupts = interrupts;
        this.processes = new ProcessList(memory);
    }

    @Override
    public void leaving(Capability capability) {
        for (ThreadObject thread : threadsOfOwner(capability)) {
            if (thread.isBlockedFor(WAIT_SEND, WAIT_CALL, WAIT_RECEIVE)
                    && (thread.waitCapability() == capability.address() || thread.waitsFor() != WAIT_RECEIVE
                            && Parcel.of(thread).carries(capability.address()))) {
                wakeDead(thread);
            }
        }
        if (capability.type() == CapabilityType.REPLY) {
            ThreadObject caller = new ThreadObject(memory, capability.object());
            if (caller.isBlockedFor(WAIT_REPLY) && caller.reply() == capability.address()) {
                wakeDead(caller);
            }
        }
        interrupts.capabilityLeaves(capability);
    }

    @Override
    public void dropReference(CapabilityType type, long object) {
        if (type == CapabilityType.REPLY) {
            threads.dropReference(new ThreadObject(memory, object));
            return;
        }
        boolean last = memory.add(object + OBJECT_REFERENCES, -1) == 0;
        if (type == CapabilityType.ENDPOINT) {
            EndpointObject endpoint = new EndpointObject(memory, object);
            stepBackFrom(endpoint);
            wakeWhoWaitsInVain(endpoint);
            last &= !endpoint.isSerial();
        } else if (last) {
            interrupts.forget(object);
        }
        if (last) {
            objects.free(object);
        }
    }

    /** A thread of a process has ended: others of the same process may have waited for it alone. */
    public void threadEnded(ProcessObject process) {
        for (ThreadObject thread : process.threads()) {
            if (thread.isBlockedFor(WAIT_SEND, WAIT_CALL, WAIT_RECEIVE)) {
                wakeWhoWaitsInVain(new EndpointObject(memory, thread.waitEndpoint()));
            }
        }
    }

    /** The kernel serves the serial line again when the process that did can't receive there any more. */
    private void stepBackFrom(EndpointObject endpoint) {
        long driver = endpoint.driver();
        if (driver == 0 || holds(new ProcessObject(memory, driver), endpoint, Rights.READ)) {
            return;
        }
        long waiting = endpoint.receivers().first();
        endpoint.setDriver(waiting == 0 ? 0 : new ThreadObject(memory, waiting).process().address());
        if (waiting == 0) {
            wakeAll(endpoint.senders());
        }
    }

    private void wakeWhoWaitsInVain(EndpointObject endpoint) {
        for (ThreadObject sender : waiting(endpoint.senders())) {
            if (!canBeMet(sender, endpoint, Rights.READ)) {
                wakeDead(sender);
            }
        }
        if (endpoint.bindings() != 0) {
            return;
        }
        for (ThreadObject receiver : waiting(endpoint.receivers())) {
            if (!canBeMet(receiver, endpoint, Rights.WRITE)) {
                wakeDead(receiver);
            }
        }
    }

    private boolean canBeMet(ThreadObject waiting, EndpointObject endpoint, int right) {
        long own = waiting.process().address();
        for (ProcessObject process : processes.alive()) {
            boolean alone = process.address() == own && memory.load(own + PROCESS_THREAD_COUNT) == 1;
            if (!alone && holds(process, endpoint, right)) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(ProcessObject process, EndpointObject endpoint, int right) {
        long table = process.capabilities();
        for (int slot = 0; table != 0 && slot < CAPABILITY_SLOTS; slot++) {
            Capability capability = tables.at(table, slot);
            if (capability.type() == CapabilityType.ENDPOINT && capability.object() == endpoint.address()
                    && (capability.rights() & right) != 0) {
                return true;
            }
        }
        return false;
    }

    private void wakeAll(ThreadQueue queue) {
        waiting(queue).forEach(this::wakeDead);
    }

    private void wakeDead(ThreadObject thread) {
        threads.wake(thread, ErrorCode.DEAD.result());
    }

    private List<ThreadObject> waiting(ThreadQueue queue) {
        List<ThreadObject> all = new ArrayList<>();
        for (long at = queue.first(); at != 0; at = queue.after(at)) {
            all.add(new ThreadObject(memory, at));
        }
        return all;
    }

    /** The threads of the process in whose table a capability is; none if it has ended. */
    private List<ThreadObject> threadsOfOwner(Capability capability) {
        for (ProcessObject process : processes.alive()) {
            if (process.capabilities() == tables.tableOf(capability)) {
                return process.threads();
            }
        }
        return List.of();
    }
}
