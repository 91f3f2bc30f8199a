package ringspec.mutant;

import static ringspec.kernel.KernelLayout.GLOBALS_PHYSICAL;
import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_MAX;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import ringspec.elf.ElfImage;
import ringspec.elf.Segment;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.loader.Placement;
import ringspec.kernel.mm.AddressSpace;
import ringspec.kernel.mm.FrameKind;
import ringspec.kernel.mm.OutOfFrames;
import ringspec.kernel.mm.PagePermissions;

/** Loaders that map or copy something else than an image says. */
final class LoaderMutants {

    /** Loads as it should, and then does something more. */
    @FunctionalInterface
    private interface After {
        ElfLoader.Loaded loaded(ElfLoader loader, ElfLoader.Loaded loaded, AddressSpace space) throws OutOfFrames;
    }

    private static final long SHOWN = 0x3000_0000L;

    private LoaderMutants() {
    }

    static List<Mutant> all() {
        return List.of(
                loader("MUT-180", "the loader maps page 0", after((loader, loaded, space) -> {
                    loader.mapFresh(0, PagePermissions.USER_RODATA, space);
                    return loaded;
                }), "LOAD-03", "LOAD-10"),
                loader("MUT-181", "the stack's lower guard page is mapped", after((loader, loaded, space) -> {
                    loader.mapFresh(loaded.stackBase() - PAGE, PagePermissions.USER_STACK, space);
                    return loaded;
                }), "LOAD-11"),
                loader("MUT-182", "the page at USER_MAX is mapped", after((loader, loaded, space) -> {
                    loader.mapFresh(USER_MAX, PagePermissions.USER_STACK, space);
                    return loaded;
                }), "LOAD-11"),
                loader("MUT-183", "a program starts 4 bytes after e_entry", after((loader, loaded,
                        space) -> new ElfLoader.Loaded(loaded.entry() + 4, loaded.stackBase(), loaded.stackTop())),
                        "LOAD-12", "RING3-02"),
                loader("MUT-184", "the first RSP is 8 too low", after((loader, loaded,
                        space) -> new ElfLoader.Loaded(loaded.entry(), loaded.stackBase(), loaded.stackTop() - 8)),
                        "RING3-02"),
                loader("MUT-185", "the loader shows the kernel's globals to each process, read-only", after((loader,
                        loaded, space) -> {
                    space.map(SHOWN, GLOBALS_PHYSICAL, PagePermissions.USER_RODATA);
                    return loaded;
                }), "LOAD-14", "SEC-06"),
                loader("MUT-186", "read-only data is mapped writable", mapping(
                        permissions -> permissions == PagePermissions.USER_RODATA ? PagePermissions.USER_DATA
                                : permissions), "LOAD-04"),
                loader("MUT-187", "read-only data is mapped executable", mapping(
                        permissions -> permissions == PagePermissions.USER_RODATA ? PagePermissions.USER_CODE
                                : permissions), "LOAD-04"),
                loader("MUT-188", "a segment's bytes go to the beginning of its first page", copying(
                        segment -> new Segment(segment.index(), segment.firstPage(), segment.offset(), segment
                                .fileSize(), segment.memorySize(), segment.access(), segment.align()), 0),
                        "LOAD-05"),
                loader("MUT-189", "the last byte of a segment isn't copied", copying(segment -> segment, 1),
                        "LOAD-05"),
                loader("MUT-190", "the loader takes frames as their last owner left them", Variants.loader((memory,
                        frames) -> new ElfLoader(memory, new CarelessFrames(memory, 0))),
                        "LOAD-06", "LOAD-07", "LOAD-11"),
                loader("MUT-191", "the last page of .bss isn't zeroed", Variants.loader(CarelessBss::new), "LOAD-06"),
                loader("MUT-192", "a frame that couldn't be mapped isn't given back", Variants.loader((memory,
                        frames) -> new ElfLoader(memory, frames) {
                            @Override
                            public void mapFresh(long page, PagePermissions permissions, AddressSpace space)
                                    throws OutOfFrames {
                                try {
                                    super.mapFresh(page, permissions, space);
                                } catch (OutOfFrames e) {
                                    frames.allocate(FrameKind.USER, space.owner());
                                    throw e;
                                }
                            }
                        }), "LOAD-13"),
                loader("MUT-193", "two neighbouring pages get one frame", Variants.loader((memory,
                        frames) -> new ElfLoader(memory, frames) {
                            @Override
                            public void mapFresh(long page, PagePermissions permissions, AddressSpace space)
                                    throws OutOfFrames {
                                space.map(page, frames.allocate(FrameKind.USER, space.owner()) & ~PAGE,
                                        permissions);
                            }
                        }), "LOAD-14"),
                loader("MUT-194", "pages of the same address share a frame, whatever program they are of", Variants
                        .loader(SharedPages::new), "SEC-11"),
                loader("MUT-195", "the stack stays where it is with ASLR, too", Variants.placement(
                        memory -> new Placement(memory) {
                            @Override
                            public long stackTop(ElfImage image) {
                                return USER_MAX;
                            }
                        }), "SEC-13"));
    }

    private static Mutant loader(String id, String breaks, KernelDesign design, String... clauses) {
        return Mutant.kernel(id, breaks, Seam.LOADER, design, clauses);
    }

    private static KernelDesign after(After after) {
        return Variants.loader((memory, frames) -> new ElfLoader(memory, frames) {
            @Override
            public Loaded load(ElfImage image, long stackTop, AddressSpace space) throws OutOfFrames {
                return after.loaded(this, super.load(image, stackTop, space), space);
            }
        });
    }

    private static KernelDesign mapping(UnaryOperator<PagePermissions> change) {
        return Variants.loader((memory, frames) -> new ElfLoader(memory, frames) {
            @Override
            public void mapFresh(long page, PagePermissions permissions, AddressSpace space) throws OutOfFrames {
                super.mapFresh(page, change.apply(permissions), space);
            }
        });
    }

    private static KernelDesign copying(UnaryOperator<Segment> change, int lost) {
        return Variants.loader((memory, frames) -> new ElfLoader(memory, frames) {
            @Override
            protected void copySegment(Segment segment, ByteBuffer content, AddressSpace space) {
                content.limit(Math.max(0, content.limit() - lost));
                super.copySegment(change.apply(segment), content, space);
            }
        });
    }
}
