package io.slackwater.operator.windows;

import io.slackwater.operator.windows.TrafficHistory.Running;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * A {@link TrafficHistory} as bytes. All numbers are big-endian.
 *
 * <pre>
 * offset  bytes
 *      0      4  magic "SWTH"
 *      4      1  version
 *      5      2  n, the number of bins of the lookback
 *      7      8  number of the running bin
 *     15      8  sum of its samples (double)
 *     23      4  count of its samples, 0 in an empty history
 *     27      8  its peak (double)
 *     35     4n  means of the bins before it, oldest first (float, NaN when unknown)
 *   last      4  CRC-32 of everything before it
 * </pre>
 */
final class TrafficHistoryCodec {
    static final int VERSION = 1;

    private static final int MAGIC = 0x53575448;
    private static final int HEADER = 35;
    private static final int CHECKSUM = 4;

    private TrafficHistoryCodec() {}

    static byte[] encode(TrafficHistory history) {
        float[] whole = history.wholeBins();
        Running running = history.running();
        byte[] bytes = new byte[HEADER + Float.BYTES * whole.length + CHECKSUM];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putInt(MAGIC).put((byte) VERSION).putShort((short) whole.length);
        out.putLong(running.bin())
                .putDouble(running.sum())
                .putInt((int) Math.min(Integer.MAX_VALUE, running.count()))
                .putDouble(running.peak());
        for (float mean : whole) {
            out.putFloat(mean);
        }
        out.putInt(checksum(bytes));
        return bytes;
    }

    static TrafficHistory decode(byte[] bytes) throws TrafficHistoryFormatException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        require(bytes.length >= HEADER + CHECKSUM && in.getInt() == MAGIC, "does not begin with \"SWTH\"");
        int version = in.get();
        require(version == VERSION, "is of version " + version + ", this operator reads version " + VERSION);
        int bins = in.getShort();
        int length = HEADER + Float.BYTES * bins + CHECKSUM;
        require(
                bins >= TrafficHistory.bins(TrafficHistory.SHORTEST)
                        && bins <= TrafficHistory.bins(TrafficHistory.LONGEST),
                "has " + bins + " bins");
        require(bytes.length == length, "has " + bytes.length + " bytes, " + length + " are needed");
        require(in.getInt(length - CHECKSUM) == checksum(bytes), "is damaged");
        Running running = new Running(in.getLong(), in.getDouble(), in.getInt(), in.getDouble());
        require(
                running.count() >= 0 && rate(running.sum()) && (Double.isNaN(running.peak()) || rate(running.peak())),
                "has impossible figures for the running bin");
        float[] whole = new float[bins];
        for (int i = 0; i < bins; i++) {
            whole[i] = in.getFloat();
            require(Float.isNaN(whole[i]) || rate(whole[i]), "has a bin of " + whole[i] + " messages per second");
        }
        return new TrafficHistory(running, whole);
    }

    private static boolean rate(double value) {
        return value >= 0 && value < Double.POSITIVE_INFINITY;
    }

    private static int checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, bytes.length - CHECKSUM);
        return (int) crc.getValue();
    }

    private static void require(boolean holds, String otherwise) throws TrafficHistoryFormatException {
        if (!holds) {
            throw new TrafficHistoryFormatException(
                    "the recorded traffic cannot be read: it " + otherwise + "; the record begins anew");
        }
    }
}
