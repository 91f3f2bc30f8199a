package ringspec.kernel;

import static ringspec.kernel.KernelLayout.BOOT_INFO_MAGIC;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MAGIC_VALUE;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MEMORY_LIMIT;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MODULES;
import static ringspec.kernel.KernelLayout.BOOT_INFO_MODULE_COUNT;
import static ringspec.kernel.KernelLayout.BOOT_INFO_RAM_SIZE;
import static ringspec.kernel.KernelLayout.MAX_MODULES;
import static ringspec.kernel.KernelLayout.MODULE_LENGTH;
import static ringspec.kernel.KernelLayout.MODULE_NAME;
import static ringspec.kernel.KernelLayout.MODULE_PHYSICAL;
import static ringspec.kernel.KernelLayout.MODULE_PROCESS_ID;
import static ringspec.kernel.KernelLayout.MODULE_RULE;
import static ringspec.kernel.KernelLayout.MODULE_STATUS;
import static ringspec.kernel.KernelLayout.MODULE_STRIDE;
import static ringspec.kernel.KernelLayout.NAME_LENGTH;
import static ringspec.kernel.KernelLayout.PAGE;

import java.nio.charset.StandardCharsets;

/**
 * Boot info as the kernel reads it.
 *
 * @param memory where it lies
 * @param address of its first byte
 */
record BootInfo(KernelMemory memory, long address) {

    /** Checks that it is one. */
    BootInfo {
        if (memory.load(address + BOOT_INFO_MAGIC) != BOOT_INFO_MAGIC_VALUE) {
            throw new KernelPanic("no boot info at 0x%016x".formatted(address));
        }
        if (Long.compareUnsigned(memory.load(address + BOOT_INFO_MODULE_COUNT), MAX_MODULES) > 0) {
            throw new KernelPanic("boot info names more than %d modules".formatted(MAX_MODULES));
        }
    }

    long ramSize() {
        return memory.load(address + BOOT_INFO_RAM_SIZE);
    }

    long memoryLimit() {
        return memory.load(address + BOOT_INFO_MEMORY_LIMIT);
    }

    long timeSlice() {
        return memory.load(address + KernelLayout.BOOT_INFO_TIME_SLICE);
    }

    int moduleCount() {
        return (int) memory.load(address + BOOT_INFO_MODULE_COUNT);
    }

    Module module(int index) {
        return new Module(memory, address + BOOT_INFO_MODULES + (long) index * MODULE_STRIDE);
    }

    long status() {
        return memory.load(address + KernelLayout.BOOT_INFO_STATUS);
    }

    void setStatus(long status) {
        memory.store(address + KernelLayout.BOOT_INFO_STATUS, status);
    }

    /** A file that the boot loader put into memory. */
    record Module(KernelMemory memory, long address) {

        long physical() {
            return memory.load(address + MODULE_PHYSICAL);
        }

        long length() {
            return memory.load(address + MODULE_LENGTH);
        }

        /** First frame that holds a byte of it. */
        long firstFrame() {
            return physical() & -PAGE;
        }

        /** Address after the last frame that holds a byte of it. */
        long framesEnd() {
            return physical() + length() + PAGE - 1 & -PAGE;
        }

        String name() {
            byte[] bytes = memory.read(address + MODULE_NAME, NAME_LENGTH);
            String name = new String(bytes, StandardCharsets.US_ASCII);
            int end = name.indexOf(0);
            return end < 0 ? name : name.substring(0, end);
        }

        byte[] bytes() {
            if (length() < 0 || length() > Integer.MAX_VALUE) {
                throw new KernelPanic("boot module %s is 0x%x bytes long".formatted(name(), length()));
            }
            return memory.read(KernelLayout.direct(physical()), (int) length());
        }

        long status() {
            return memory.load(address + MODULE_STATUS);
        }

        long processId() {
            return memory.load(address + MODULE_PROCESS_ID);
        }

        int rule() {
            return (int) memory.load(address + MODULE_RULE);
        }

        void becameProcess(long id) {
            memory.store(address + MODULE_PROCESS_ID, id);
            memory.store(address + MODULE_STATUS, 1);
        }

        void refused(ErrorCode error, int rule) {
            memory.store(address + MODULE_RULE, rule);
            memory.store(address + MODULE_STATUS, error.result());
        }
    }
}
