package ringspec.silicon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import ringspec.cpu.Feature;
import ringspec.cpu.ProcessorModel;

/** A file that a worker and its parent share: where the worker is and what it counted, which outlives a crash of the worker. */
final class Board {

    private static final int ROUND = 0;
    private static final int POSITION = 8;
    private static final int UNCONFIRMED = 16;
    private static final int HOST = 24;
    private static final int FEATURES = 64;
    private static final int ROWS = FEATURES + 256;
    private static final int ROW_SIZE = 24;

    private final MappedByteBuffer buffer;

    /** @param rows how many rows are counted, random bytes included */
    Board(Path file, int rows) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, ROWS + (long) ROW_SIZE * rows);
            buffer.order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The worker says what it runs on. */
    void setHost(Host host) {
        for (Feature feature : host.features()) {
            buffer.put(FEATURES + feature.ordinal(), (byte) 1);
        }
        buffer.putLong(HOST, host.model().vendor() == ProcessorModel.Vendor.AMD ? 1 : 2);
    }

    /** What the worker runs on. */
    Host host() {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if (buffer.get(FEATURES + feature.ordinal()) != 0) {
                features.add(feature);
            }
        }
        return Host.of(buffer.getLong(HOST) == 1, features);
    }

    /** The worker is about to run a case. */
    void enter(long round, int position) {
        buffer.putLong(ROUND, round);
        buffer.putLong(POSITION, position);
    }

    long round() {
        return buffer.getLong(ROUND);
    }

    int position() {
        return (int) buffer.getLong(POSITION);
    }

    /** Counts a case of a row. */
    void count(int row, boolean fault, boolean difference) {
        int at = ROWS + ROW_SIZE * row;
        buffer.putLong(at, buffer.getLong(at) + 1);
        if (fault) {
            buffer.putLong(at + 8, buffer.getLong(at + 8) + 1);
        }
        if (difference) {
            buffer.putLong(at + 16, buffer.getLong(at + 16) + 1);
        }
    }

    /**
     * Counts a case that differed at first and not again: the host's kernel came between. When it takes the processor away from a
     * process, an AMD processor's XSAVE forgets the x87 error pointers (APM vol. 2, 11.4.4).
     */
    void countUnconfirmed() {
        buffer.putLong(UNCONFIRMED, unconfirmed() + 1);
    }

    long unconfirmed() {
        return buffer.getLong(UNCONFIRMED);
    }

    long cases(int row) {
        return buffer.getLong(ROWS + ROW_SIZE * row);
    }

    long faults(int row) {
        return buffer.getLong(ROWS + ROW_SIZE * row + 8);
    }

    long differences(int row) {
        return buffer.getLong(ROWS + ROW_SIZE * row + 16);
    }
}
