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
 * @param capabilities slots, of the sender in what it sends and of the receiver in what it gets; at most 4
 * @param badge of the endpoint capability that it was sent through; a receiver sees it
 * @param reply the receiver's slot of the Reply capability, 0 if no answer is expected
 */
public record Message(byte[] data, long[] capabilities, long badge, long reply) {

    /** Bytes of the structure. */
    public static final int SIZE = 128;
    /** Capabilities that a message may carry. */
    public static final int MOST_CAPABILITIES = 4;
    private static final int MOST_DATA = 64;
    private static final int LENGTH = 64;
    private static final int CAPABILITIES = 72;
    private static final int CAPABILITY_COUNT = 104;
    private static final int BADGE = 112;
    private static final int REPLY = 120;

    /**
     * Decodes a copy of the structure, which the sender can't change any more.
     *
     * @throws SyscallFailure INVAL, if a count is too large
     */
    public static Message decode(byte[] structure) throws SyscallFailure {
        ByteBuffer words = words(structure);
        long length = words.getLong(LENGTH);
        long count = words.getLong(CAPABILITY_COUNT);
        if (length < 0 || length > MOST_DATA || count < 0 || count > MOST_CAPABILITIES) {
            throw new SyscallFailure(ErrorCode.INVAL);
        }
        long[] capabilities = new long[(int) count];
        for (int i = 0; i < capabilities.length; i++) {
            capabilities[i] = words.getLong(CAPABILITIES + 8 * i);
        }
        return new Message(Arrays.copyOf(structure, (int) length), capabilities, words.getLong(BADGE), words.getLong(
                REPLY));
    }

    /** Notification bits, as a receiver gets them. */
    static Message notification(long bits) {
        byte[] data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bits).array();
        return new Message(data, new long[0], 0, 0);
    }

    /** The whole structure; what the message does not use of it is 0, so that nothing older shows. */
    byte[] encode() {
        byte[] structure = Arrays.copyOf(data, SIZE);
        ByteBuffer words = words(structure);
        words.putLong(LENGTH, data.length);
        for (int i = 0; i < capabilities.length; i++) {
            words.putLong(CAPABILITIES + 8 * i, capabilities[i]);
        }
        words.putLong(CAPABILITY_COUNT, capabilities.length);
        words.putLong(BADGE, badge);
        words.putLong(REPLY, reply);
        return structure;
    }

    private static ByteBuffer words(byte[] structure) {
        return ByteBuffer.wrap(structure).order(ByteOrder.LITTLE_ENDIAN);
    }
}
