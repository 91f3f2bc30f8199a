package ringspec.kernel.cap;

import static ringspec.kernel.ObjectLayout.CAPABILITY_CHILD;
import static ringspec.kernel.ObjectLayout.CAPABILITY_PARENT;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SIBLING;

import ringspec.kernel.KernelMemory;

/**
 * The derivation tree. A capability is a child of the one that it was copied from, in whatever table; one that was made with its
 * object is the root of a tree. Whatever has to be revoked with a capability is below it.
 */
public class Derivations {

    private final KernelMemory memory;
    private final CapabilityTables tables;

    /** The tree over the given tables. */
    public Derivations(KernelMemory memory, CapabilityTables tables) {
        this.memory = memory;
        this.tables = tables;
    }

    /**
     * Fills an empty slot with a copy, as a child of its source. Whether the rights are within the source's is the caller's
     * business.
     *
     * @param table address of the table
     * @param slot its empty slot
     * @return the child
     */
    public Capability derive(Capability source, long table, int slot, int rights) {
        tables.install(table, slot, source.type(), rights, source.object(), source.length());
        Capability child = tables.at(table, slot);
        child.setPart(source.offset(), source.length());
        if (source.type() == CapabilityType.ENDPOINT) {
            child.setBadge(source.badge());
        }
        memory.store(child.address() + CAPABILITY_PARENT, source.address());
        memory.store(child.address() + CAPABILITY_SIBLING, firstChild(source.address()));
        memory.store(source.address() + CAPABILITY_CHILD, child.address());
        return child;
    }

    /** What a capability was derived from, or null. */
    public Capability parent(Capability capability) {
        long parent = memory.load(capability.address() + CAPABILITY_PARENT);
        return parent == 0 ? null : new Capability(memory, parent);
    }

    /** A descendant that has none itself, or null if there is no descendant. */
    public Capability leafBelow(Capability capability) {
        long at = capability.address();
        while (firstChild(at) != 0) {
            at = firstChild(at);
        }
        return at == capability.address() ? null : new Capability(memory, at);
    }

    /** Takes a capability out of the tree. Its parent adopts its children: who could revoke them before still can. */
    public void detach(Capability capability) {
        long address = capability.address();
        long parent = memory.load(address + CAPABILITY_PARENT);
        long next = memory.load(address + CAPABILITY_SIBLING);
        long last = 0;
        for (long at = firstChild(address); at != 0; at = memory.load(at + CAPABILITY_SIBLING)) {
            memory.store(at + CAPABILITY_PARENT, parent);
            last = at;
        }
        if (parent == 0) {
            makeRoots(firstChild(address));
            return;
        }
        // The children stand where it stood among its siblings.
        long replacement = last == 0 ? next : firstChild(address);
        if (last != 0) {
            memory.store(last + CAPABILITY_SIBLING, next);
        }
        memory.store(linkTo(address, parent), replacement);
    }

    private void makeRoots(long first) {
        for (long at = first; at != 0;) {
            long next = memory.load(at + CAPABILITY_SIBLING);
            memory.store(at + CAPABILITY_SIBLING, 0);
            at = next;
        }
    }

    /** Address of the field that refers to a child of a parent. */
    private long linkTo(long child, long parent) {
        long link = parent + CAPABILITY_CHILD;
        while (memory.load(link) != child) {
            link = memory.load(link) + CAPABILITY_SIBLING;
        }
        return link;
    }

    private long firstChild(long address) {
        return memory.load(address + CAPABILITY_CHILD);
    }
}
