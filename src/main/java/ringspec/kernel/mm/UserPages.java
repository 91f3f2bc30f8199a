package ringspec.kernel.mm;

import static ringspec.kernel.KernelLayout.PAGE;
import static ringspec.kernel.KernelLayout.USER_MAX;
import static ringspec.kernel.KernelLayout.direct;
import static ringspec.paging.PageTableEntry.ADDRESS;
import static ringspec.paging.PageTableEntry.RW;
import static ringspec.paging.PageTableEntry.US;

/**
 * The user memory of a process whose page tables need not be loaded: permissions as its own tables give them, bytes through the
 * direct map (D16).
 *
 * @param space its page tables
 */
public record UserPages(AddressSpace space) {

    /** Whether ring 3 may write every byte of a range. */
    public boolean isWritable(long address, long length) {
        if (address < 0 || length < 0 || address > USER_MAX - length) {
            return false;
        }
        for (long page = address & -PAGE; page < address + length; page += PAGE) {
            if ((space.leaf(page) & (US | RW)) != (US | RW)) {
                return false;
            }
        }
        return true;
    }

    /** Writes a range that {@link #isWritable} has allowed. */
    public void write(long address, byte[] bytes) {
        for (int done = 0; done < bytes.length;) {
            long at = address + done;
            int size = (int) Math.min(PAGE - (at & PAGE - 1), bytes.length - done);
            long physical = space.leaf(at & -PAGE) & ADDRESS | at & PAGE - 1;
            space.context().memory().write(direct(physical), bytes, done, size);
            done += size;
        }
    }
}
