package ringspec.kernel.process;

import static ringspec.kernel.ObjectLayout.CAPABILITY_SLOTS;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import ringspec.kernel.cap.Capability;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.cap.CapabilityType;

/**
 * Whether anybody could still do something with a process. One without a thread that is named only from its own table, or from
 * those of others like it, would otherwise stay for ever.
 *
 * @param list who there is
 */
record Reachability(ProcessList list, CapabilityTables tables) {

    /** Whether a process has a thread, or one that has a thread holds a capability to it, itself or through others. */
    boolean isReachable(ProcessObject process) {
        Set<Long> seen = new HashSet<>();
        Deque<ProcessObject> next = new ArrayDeque<>();
        for (ProcessObject alive : list.alive()) {
            if (alive.firstThread() != 0 && seen.add(alive.address())) {
                next.add(alive);
            }
        }
        while (!next.isEmpty() && !seen.contains(process.address())) {
            long table = next.remove().capabilities();
            for (int slot = 0; slot < CAPABILITY_SLOTS; slot++) {
                Capability capability = tables.at(table, slot);
                if (capability.type() == CapabilityType.PROCESS && seen.add(capability.object())) {
                    ProcessObject named = new ProcessObject(list.memory(), capability.object());
                    if (named.isAlive()) {
                        next.add(named);
                    }
                }
            }
        }
        return seen.contains(process.address());
    }
}
