package ringspec.mutant;

import static ringspec.kernel.KernelLayout.GLOBALS_PHYSICAL;
import static ringspec.kernel.KernelLayout.SERIAL_ENDPOINT_PHYSICAL;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;
import static ringspec.kernel.ObjectLayout.GLOBALS_FRAMES_FREE;

import java.util.List;
import java.util.function.Function;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;
import ringspec.kernel.cap.Derivations;
import ringspec.kernel.cap.Rights;
import ringspec.kernel.process.ProcessList;

/** Capability tables that take slots, types and rights for what they aren't. */
final class TableMutants {

    private TableMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                tables("MUT-280", "slots are looked up in init's table, whoever calls",
                        memory -> new CapabilityTables(memory) {
                            @Override
                            public Capability slot(long table, long slot) throws SyscallFailure {
                                return super.slot(new ProcessList(memory).alive().getFirst().capabilities(), slot);
                            }
                        }, "CAP-01"),
                tables("MUT-281", "a capability takes the highest free slot", memory -> new CapabilityTables(memory) {
                    @Override
                    public int lowestFree(long table) {
                        for (int slot = CAPABILITY_SLOTS - 1; slot >= 0; slot--) {
                            if (at(table, slot).type() == null) {
                                return slot;
                            }
                        }
                        return -1;
                    }
                }, "CAP-05"),
                tables("MUT-282", "a full table loses its last slot", memory -> new CapabilityTables(memory) {
                    @Override
                    public int lowestFree(long table) {
                        int free = super.lowestFree(table);
                        return free < 0 ? CAPABILITY_SLOTS - 1 : free;
                    }
                }, "CAP-05"),
                tables("MUT-283", "a slot counts with its lower 32 bits", memory -> new CapabilityTables(memory) {
                    @Override
                    public Capability slot(long table, long slot) throws SyscallFailure {
                        return super.slot(table, (int) slot);
                    }
                }, "SYS-11"),
                tables("MUT-284", "a slot counts modulo the table's size", memory -> new CapabilityTables(memory) {
                    @Override
                    public Capability slot(long table, long slot) throws SyscallFailure {
                        return super.slot(table, slot & CAPABILITY_SLOTS - 1);
                    }
                }, "SYS-11"),
                tables("MUT-285", "an empty slot is taken for one of the wrong type",
                        memory -> new CapabilityTables(memory) {
                            @Override
                            public Capability slot(long table, long slot) throws SyscallFailure {
                                if (slot >= 0 && slot < CAPABILITY_SLOTS && at(table, (int) slot).type() == null) {
                                    throw new SyscallFailure(ErrorCode.TYPE);
                                }
                                return super.slot(table, slot);
                            }
                        }, "SYS-11"),
                tables("MUT-286", "rights are checked before the type", memory -> new CapabilityTables(memory) {
                    @Override
                    public Capability slot(long table, long slot, CapabilityType type, int rights)
                            throws SyscallFailure {
                        requireRights(slot(table, slot), rights);
                        return super.slot(table, slot, type, rights);
                    }
                }, "SYS-12"),
                tables("MUT-287", "the right that a call needs on its only capability isn't looked at",
                        memory -> new CapabilityTables(memory) {
                            @Override
                            public Capability slot(long table, long slot, CapabilityType type, int rights)
                                    throws SyscallFailure {
                                return super.slot(table, slot, type, 0);
                            }
                        }, "SYS-12"),
                tables("MUT-288", "a bad slot costs a frame", memory -> new CapabilityTables(memory) {
                    @Override
                    public Capability slot(long table, long slot) throws SyscallFailure {
                        try {
                            return super.slot(table, slot);
                        } catch (SyscallFailure failure) {
                            memory.add(direct(GLOBALS_PHYSICAL) + GLOBALS_FRAMES_FREE, -1);
                            throw failure;
                        }
                    }
                }, "SYS-13"),
                tables("MUT-289", "init has all rights to the serial line", memory -> new CapabilityTables(memory) {
                    @Override
                    public void install(long table, int slot, CapabilityType type, int rights, long object,
                            long length) {
                        super.install(table, slot, type, object == direct(SERIAL_ENDPOINT_PHYSICAL) ? Rights.ALL
                                : rights, object, length);
                    }
                }, "RING3-05"),
                component("MUT-290", "a copy of a capability has all rights", new KernelDesign() {
                    @Override
                    public Derivations derivations(KernelMemory memory, CapabilityTables tables) {
                        return new Derivations(memory, tables) {
                            @Override
                            public Capability derive(Capability source, long table, int slot, int rights) {
                                return super.derive(source, table, slot, Rights.ALL);
                            }
                        };
                    }
                }, "CAP-04", "IPC-06", "MEM-05"));
    }

    private static Mutant component(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.COMPONENT, design, clauses);
    }

    private static Mutant tables(String id, String breaks, Function<KernelMemory, CapabilityTables> tables,
            String... clauses) {
        return component(id, breaks, Variants.tables(tables), clauses);
    }
}
