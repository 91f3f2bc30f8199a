package ringspec.mutant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import ringspec.elf.ElfResult;
import ringspec.kernel.KernelDesign;
import ringspec.kernel.KernelImage;
import ringspec.kernel.KernelMemory;
import ringspec.kernel.KernelServices;
import ringspec.kernel.Privileged;
import ringspec.kernel.SyscallFailure;
import ringspec.kernel.UserMemory;
import ringspec.kernel.cap.CapabilityTables;
import ringspec.kernel.loader.ElfLoader;
import ringspec.kernel.loader.Placement;
import ringspec.kernel.mm.FrameAllocator;
import ringspec.kernel.syscall.Arguments;
import ringspec.kernel.syscall.Syscall;
import ringspec.kernel.syscall.SyscallHandler;
import ringspec.memory.PhysicalMemory;

/** Kernels that are as shipped but for one part, given as a function of what the part is made from. */
final class Variants {

    /** What a store to kernel memory becomes. */
    @FunctionalInterface
    interface Store {
        /** Stores something, or doesn't. */
        void store(KernelMemory memory, long address, long value);
    }

    /** What a system call does instead, by means of what it should do. */
    @FunctionalInterface
    interface Call {
        /** As {@link SyscallHandler#handle}. */
        long handle(Arguments arguments, KernelServices kernel, SyscallHandler shipped) throws SyscallFailure;
    }

    /** What the loader takes from an allocator. */
    @FunctionalInterface
    interface Loading {
        /** Makes the loader. */
        ElfLoader loader(KernelMemory memory, FrameAllocator frames);
    }

    private static final int ELF_HEADER_SIZE = 64;

    private Variants() {
    }

    /** Other stores of 64 bits, the kernel's usual ones. */
    static KernelDesign store(Store store) {
        return new KernelDesign() {
            @Override
            public KernelMemory memory(KernelMemory shipped) {
                return new PassingMemory(shipped) {
                    @Override
                    public void store(long address, long value) {
                        store.store(shipped, address, value);
                    }
                };
            }
        };
    }

    /** Other privileged instructions. */
    static KernelDesign processor(UnaryOperator<Privileged> change) {
        return new KernelDesign() {
            @Override
            public Privileged processor(Privileged shipped) {
                return change.apply(shipped);
            }
        };
    }

    /** Another way to user memory. */
    static KernelDesign user(UnaryOperator<UserMemory> change) {
        return new KernelDesign() {
            @Override
            public UserMemory user(UserMemory shipped) {
                return change.apply(shipped);
            }
        };
    }

    /** Other memory than the boot loader should leave. */
    static KernelDesign loaded(BiConsumer<PhysicalMemory, KernelImage> change) {
        return new KernelDesign() {
            @Override
            public void loaded(PhysicalMemory ram, KernelImage image) {
                change.accept(ram, image);
            }
        };
    }

    /** One system call does something else. */
    static KernelDesign call(Syscall changed, Call change) {
        return new KernelDesign() {
            @Override
            public SyscallHandler handler(Syscall call) {
                return call == changed ? (arguments, kernel) -> change.handle(arguments, kernel, call.handler())
                        : call.handler();
            }
        };
    }

    /** All system calls do something else. */
    static KernelDesign everyCall(Call change) {
        return new KernelDesign() {
            @Override
            public SyscallHandler handler(Syscall call) {
                return (arguments, kernel) -> change.handle(arguments, kernel, call.handler());
            }
        };
    }

    /** Another frame allocator. */
    static KernelDesign frames(Function<KernelMemory, FrameAllocator> frames) {
        return new KernelDesign() {
            @Override
            public FrameAllocator frames(KernelMemory memory) {
                return frames.apply(memory);
            }
        };
    }

    /** Other capability tables. */
    static KernelDesign tables(Function<KernelMemory, CapabilityTables> tables) {
        return new KernelDesign() {
            @Override
            public CapabilityTables tables(KernelMemory memory) {
                return tables.apply(memory);
            }
        };
    }

    /** Another loader. */
    static KernelDesign loader(Loading loading) {
        return new KernelDesign() {
            @Override
            public ElfLoader loader(KernelMemory memory, FrameAllocator frames) {
                return loading.loader(memory, frames);
            }
        };
    }

    /** Other places for images and stacks. */
    static KernelDesign placement(Function<KernelMemory, Placement> placement) {
        return new KernelDesign() {
            @Override
            public Placement placement(KernelMemory memory) {
                return placement.apply(memory);
            }
        };
    }

    /** A loader that mends a file before it looks at it: a rule that the file breaks goes unnoticed. */
    static KernelDesign mending(Consumer<ByteBuffer> mend) {
        return placement(memory -> new Placement(memory) {
            @Override
            public ElfResult parse(byte[] file) {
                ByteBuffer copy = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
                if (copy.capacity() >= ELF_HEADER_SIZE) {
                    mend.accept(copy);
                }
                return super.parse(copy.array());
            }
        });
    }
}
