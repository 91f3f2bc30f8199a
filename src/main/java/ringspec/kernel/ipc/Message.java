package ringspec.kernel.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import ringspec.kernel.ErrorCode;
import ringspec.kernel.SyscallFailure;

/**
 * A message as user memory holds it (D31): u64 data[8], length, caps[4], cap_count, badge, reply.
 *
 * @param data the bytes that count, at most 64
 * @param capabilities slots of the sender, at most 4
 */
public record Message(byte[] data, long[] capabilities) {

    /** Bytes of the structure. */
    public static final int SIZE = 128;
    private static final int MOST_DATA = 64;
    private static final int MOST_CAPABILITIES = 4;
    private static final int LENGTH = 64;
    private static final int CAPABILITIES = 72;
    private static final int CAPABILITY_COUNT = 104;

    /**
     * Decodes a copy of the structure, which the sender can't change any more.
     *
     * @throws SyscallFailure INVAL, if a count is too large
     */
    public static Message decode(byte[] structure) throws SyscallFailure {
        ByteBuffer words = ByteBuffer.wrap(structure).order(ByteOrder.LITTLE_ENDIAN);
        long length = words.getLong(LENGTH);
        long count = words.getLong(CAPABILITY_COUNT);
        if (length < 0 || length > MOST_DATA || count < 0 || count > MOST_CAPABILITIES) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        long[] capabilities = new long[(int) count];
        for (int i = 0; i < capabilities.length; i++) {
            capabilities[i] = words.getLong(CAPABILITIES + 8 * i);
        }
        return new Message(Arrays.copyOf(structure, (int) length), capabilities);
    }
}
