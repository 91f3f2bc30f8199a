package ringspec.mutant;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import ringspec.elf.ElfImage;
import ringspec.elf.ElfResult;
import ringspec.elf.LoadPolicy;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelLayout;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.ObjectLayout;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.loader.Placement;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;

/** Files that are judged or placed wrongly, and refusals that leave something behind. */
final class PlacementMutants {

    private static final int LESS_THAN_A_HEADER = 10;
    private static final int PLACES = 7;
    /** How often a stack was placed, on all machines: what makes the layout differ though the seed is the same. */
    private static final AtomicLong TIMES = new AtomicLong();

    private PlacementMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                Mutant.kernel("MUT-320", "a file that is refused costs a frame", Seam.LOADER, Variants.placement(
                        PlacementMutants::costly), "LOAD-01", "LOAD-02", "LOAD-08", "LOAD-09", "LOAD-10"),
                Mutant.kernel("MUT-321", "the loader refuses every file", Seam.LOADER, Variants.placement(
                        memory -> new Placement(memory) {
                            @Override
                            public ElfResult parse(byte[] file) {
                                return super.parse(Arrays.copyOf(file, LESS_THAN_A_HEADER));
                            }
                        }), "LOAD-13"),
                Mutant.kernel("MUT-322", "the same seed gives another stack each time", Seam.LOADER, Variants.placement(
                        PlacementMutants::unsteady), "SEC-13"),
                Mutant.kernel("MUT-323", "position-independent files are taken without ASLR, too", Seam.LOADER,
                        Variants.placement(memory -> new Placement(memory) {
                            @Override
                            public ElfResult parse(byte[] file) {
                                ElfResult result = super.parse(file);
                                return result instanceof ElfResult.Refused
                                        && ElfImage.parse(file,
                                                LoadPolicy.WITH_ASLR) instanceof ElfResult.Accepted(var image) ? image
                                                        .slid(KernelLayout.USER_LOWEST) : result;
                            }
                        }), "SEC-13"),
                Mutant.kernel("MUT-324", "a call that is refused for lack of memory uses up a process number",
                        Seam.SYSTEM_CALL, new WastefulRefusals(), "MEM-07"));
    }

    private static Placement costly(KernelMemory memory) {
        return new Placement(memory) {
            @Override
            public ElfResult parse(byte[] file) {
                ElfResult result = super.parse(file);
                if (result instanceof ElfResult.Refused) {
                    try {
                        new FrameAllocator(memory).allocate(FrameKind.KERNEL_OBJECT, 0);
                    } catch (OutOfFrames e) {
                        // Then the defect can't show either.
                        return result;
                    }
                }
                return result;
            }
        };
    }

    private static Placement unsteady(KernelMemory memory) {
        return new Placement(memory) {
            @Override
            public long stackTop(ElfImage image) {
                long top = super.stackTop(image);
                return top == KernelLayout.USER_MAX ? top : top - TIMES.incrementAndGet() % PLACES * KernelLayout.PAGE;
            }
        };
    }

    /** A refusal that changes one of the kernel's globals. */
    private static final class WastefulRefusals extends KernelDesign {

        @Override
        public SyscallHandler handler(Syscall call) {
            SyscallHandler shipped = super.handler(call);
            return (arguments, kernel) -> {
                try {
                    return shipped.handle(arguments, kernel);
                } catch (SyscallFailure failure) {
                    if (failure.error() == ErrorCode.NOMEM) {
                        kernel.memory().add(KernelLayout.direct(KernelLayout.GLOBALS_PHYSICAL)
                                + ObjectLayout.GLOBALS_NEXT_PROCESS_ID, 1);
                    }
                    throw failure;
                }
            };
        }
    }
}
