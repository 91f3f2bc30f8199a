package ringspec.debug;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ringspec.cpu.Vector;
import ringspec.machine.Machine;
import ringspec.paging.AccessKind;
import ringspec.paging.PageFaultCode;
import ringspec.paging.PageWalker;
import ringspec.paging.PagingMode;
import ringspec.paging.Privilege;
import ringspec.paging.Walk;
import ringspec.trace.Trace.Stamped;
import ringspec.trace.TraceEvent.ControlRegisterWrite;
import ringspec.trace.TraceEvent.FaultTaken;

/** Why a page fault came: the walk of its address, entry by entry, and the rule that the access broke. */
public final class WalkExplanation {

    private WalkExplanation() {
    }

    /**
     * Explains the page fault that a machine's trace holds last.
     *
     * @return empty if the trace holds none
     */
    public static Optional<String> ofLastPageFault(Machine machine) {
        List<Stamped> events = machine.trace().events();
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).event() instanceof FaultTaken fault && fault.vector() == Vector.PF) {
                return Optional.of(of(machine, cr3At(machine, i), fault));
            }
        }
        return Optional.empty();
    }

    /** What CR3 was at an event: what the next write to it replaced, or what it is now. */
    private static long cr3At(Machine machine, int event) {
        return machine.trace().events().stream().skip(event).map(Stamped::event)
                .filter(ControlRegisterWrite.class::isInstance).map(ControlRegisterWrite.class::cast)
                .filter(write -> write.register() == 3).findFirst().map(ControlRegisterWrite::before)
                .orElse(machine.cpu().cr3);
    }

    /**
     * Explains a page fault by the tables as they are now; if they would not give this fault any more, that is told, too.
     *
     * @param cr3 the address space that the access was made in
     * @param fault a #PF
     */
    public static String of(Machine machine, long cr3, FaultTaken fault) {
        PagingMode mode = machine.cpu().memory.pagingMode();
        Walk walk = Walk.of(machine.ram(), cr3, fault.cr2(), mode);
        int code = (int) fault.errorCode();
        AccessKind kind = kind(code);
        Privilege privilege = privilege(code, walk, mode);
        StringBuilder text = new StringBuilder(512);
        text.append("#PF(0x%x) at RIP 0x%016x, CPL %d: %s of 0x%016x by a %s access%s\n\n".formatted(code, fault.rip(),
                fault
                        .cpl(), kind.name().toLowerCase(Locale.ROOT), fault.cr2(),
                (code & PageFaultCode.US) != 0 ? "user-mode" : "supervisor-mode", describe(code)));
        text.append(walk).append("\n\n").append(walk.verdict(kind, privilege, mode)).append('\n');
        int now = PageWalker.faultCode(walk.result(), kind, privilege, mode);
        if (now != code) {
            text.append(
                    "\nThe tables have changed since the fault, or it came from a translation that the TLB still held: "
                            + "by the tables as they are now the access %s.\n".formatted(now < 0 ? "is allowed"
                                    : "gives error code 0x%x".formatted(now)));
        }
        return text.toString();
    }

    private static String describe(int code) {
        if ((code & PageFaultCode.RSVD) != 0) {
            return ", a reserved bit is set";
        }
        return (code & PageFaultCode.P) != 0 ? ", the page is present" : ", the page is not present";
    }

    private static AccessKind kind(int code) {
        return (code & PageFaultCode.ID) != 0 ? AccessKind.FETCH : (code & PageFaultCode.WR) != 0 ? AccessKind.WRITE
                : AccessKind.READ;
    }

    /** The error code doesn't tell RFLAGS.AC; if only one of its values gives this code, it was that one. */
    private static Privilege privilege(int code, Walk walk, PagingMode mode) {
        if ((code & PageFaultCode.US) != 0) {
            return Privilege.USER;
        }
        boolean needsAc = PageWalker.faultCode(walk.result(), kind(code), Privilege.SUPERVISOR, mode) != code
                && PageWalker.faultCode(walk.result(), kind(code), Privilege.SUPERVISOR_AC, mode) == code;
        return needsAc ? Privilege.SUPERVISOR_AC : Privilege.SUPERVISOR;
    }
}
