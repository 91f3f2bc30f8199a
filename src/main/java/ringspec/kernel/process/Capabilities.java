package ringspec.kernel.process;

import java.util.function.LongConsumer;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.ObjectKeeper;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.MappingOrigins;
import ringspec.kernel.mm.MemoryObjects;

/** How capabilities go, one by one or with all that descends from them, and what goes with them. */
public final class Capabilities {

    private final AddressSpace.Context spaces;
    private final CapabilityTables tables;
    private final Derivations derivations;
    private final MemoryObjects memories;
    private final Threads threads;
    private final ObjectKeeper keeper;
    private final ProcessList processes;
    private final LongConsumer dropProcess;

    Capabilities(AddressSpace.Context spaces, CapabilityTables tables, Derivations derivations, MemoryObjects memories,
            Threads threads, ObjectKeeper keeper, LongConsumer dropProcess) {
        this.spaces = spaces;
        this.tables = tables;
        this.derivations = derivations;
        this.memories = memories;
        this.threads = threads;
        this.keeper = keeper;
        this.processes = new ProcessList(spaces.memory());
        this.dropProcess = dropProcess;
    }

    /**
     * Empties a slot. What was derived from the capability and what was mapped through it is from now on its parent's, so that
     * it can still be revoked from there; an object that nobody can name any more ends.
     */
    public void remove(Capability capability) {
        CapabilityType type = capability.type();
        long object = capability.object();
        if (capability.mappings() != 0) {
            Capability parent = derivations.parent(capability);
            bequeath(capability.address(), parent == null ? 0 : parent.address() | MappingOrigins.INHERITED);
        }
        keeper.leaving(capability);
        derivations.detach(capability);
        tables.clear(capability);
        switch (type) {
            case MEMORY -> memories.dropReference(object);
            case PROCESS -> dropProcess.accept(object);
            case THREAD -> threads.dropReference(new ThreadObject(spaces.memory(), object));
            case ENDPOINT, INTERRUPT, REPLY -> keeper.dropReference(type, object);
        }
    }

    /** Removes everything that descends from a capability, in every process, with the mappings made through it (D30). */
    public void revoke(Capability capability) {
        // They all refer to the capability's own object, which therefore doesn't end: nothing else can happen in between.
        for (Capability leaf = derivations.leafBelow(capability); leaf != null; leaf = derivations.leafBelow(
                capability)) {
            remove(leaf);
        }
        if (capability.mappings() != 0) {
            unmap(capability.address() | MappingOrigins.INHERITED);
        }
    }

    private void bequeath(long capability, long heir) {
        processes.forEachWithMemory(process -> {
            AddressSpace space = process.space(spaces);
            space.forEachOrigin((linear, origin) -> {
                if ((origin & ~MappingOrigins.INHERITED) == capability) {
                    space.setOrigin(linear, heir);
                }
            });
        });
    }

    private void unmap(long inherited) {
        processes.forEachWithMemory(process -> {
            AddressSpace space = process.space(spaces);
            space.forEachOrigin((linear, origin) -> {
                if (origin == inherited) {
                    memories.unmapped(space.unmap(linear));
                }
            });
        });
    }
}
