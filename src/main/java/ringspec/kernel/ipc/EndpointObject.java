package ringspec.kernel.ipc;

import static ringspec.kernel.ObjectLayout.ENDPOINT_BINDINGS;
import static ringspec.kernel.ObjectLayout.ENDPOINT_DRIVER;
import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND;
import static ringspec.kernel.ObjectLayout.ENDPOINT_KIND_SERIAL;
import static ringspec.kernel.ObjectLayout.ENDPOINT_NOTIFICATION;
import static ringspec.kernel.ObjectLayout.ENDPOINT_RECEIVERS;
import static ringspec.kernel.ObjectLayout.ENDPOINT_SENDERS;

import ringspec.kernel.KernelMemory;
import ringspec.kernel.process.ThreadQueue;

/**
 * A view of an endpoint.
 *
 * @param memory where it lies
 * @param address of its first byte
 */
public record EndpointObject(KernelMemory memory, long address) {

    /** Whether it is the serial line's. */
    public boolean isSerial() {
        return memory.load(address + ENDPOINT_KIND) == ENDPOINT_KIND_SERIAL;
    }

    /** Whether the kernel itself takes what is sent here: on the serial line, while no process does. */
    public boolean isServedByKernel() {
        return isSerial() && driver() == 0;
    }

    /** Threads that wait for a receiver. */
    public ThreadQueue senders() {
        return new ThreadQueue(memory, address + ENDPOINT_SENDERS);
    }

    /** Threads that wait for a message. */
    public ThreadQueue receivers() {
        return new ThreadQueue(memory, address + ENDPOINT_RECEIVERS);
    }

    /** Bits that were notified and not yet received. */
    public long notification() {
        return memory.load(address + ENDPOINT_NOTIFICATION);
    }

    /** Changes the bits. */
    public void setNotification(long bits) {
        memory.store(address + ENDPOINT_NOTIFICATION, bits);
    }

    /** Of the serial endpoint: the process that serves it, or 0. */
    public long driver() {
        return memory.load(address + ENDPOINT_DRIVER);
    }

    /** Another process serves it, or with 0 the kernel. */
    public void setDriver(long process) {
        memory.store(address + ENDPOINT_DRIVER, process);
    }

    /** How many interrupt lines are bound to it. */
    public long bindings() {
        return memory.load(address + ENDPOINT_BINDINGS);
    }

    /** Counts bound lines up or down. */
    public void countBinding(long change) {
        memory.add(address + ENDPOINT_BINDINGS, change);
    }
}
