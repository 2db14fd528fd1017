package minibroker.avro;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A place in a packet's bytes, with the limits on what reading on from there may cost. */
final class Cursor {

    static final int VARIABLE = -1;
    // The size of an element that has no fixed number of bytes; it has one at least.

    static final long NO_MORE = -1;

    private static final int DEEPEST = 64;
    // Levels of nesting: real alerts have 4.

    private static final int SPARE_VALUES = 65_536;
    private static final int VALUES_PER_BYTE = 4;
    // Real alerts give one value for 4 or more bytes. Only what arrays, maps and rows hold is counted.

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    private byte[] bytes = {};
    private int at;
    private int end;
    private long values;
    private int depth;

    /**
     * Goes to {@code bytes[from, to)}.
     *
     * @param received bytes that came over the wire, which is what memory is granted for: compressed
     *     bytes may stand for a thousand times as many
     */
    Cursor over(byte[] bytes, int from, int to, int received) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        this.values = SPARE_VALUES + (long) VALUES_PER_BYTE * received;
        this.depth = 0;
        return this;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    byte next() {
        if (at >= end) {
            throw truncated(1);
        }
        return bytes[at++];
    }

    boolean readBoolean() {
        return next() != 0;
    }

    long readLong() {
        int b = next();
        if (b >= 0) {
            return (b >>> 1) ^ -(b & 1);
        }
        long bits = b & 0x7f;
        for (int shift = 7; shift <= 63; shift += 7) {
            b = next();
            bits |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return (bits >>> 1) ^ -(bits & 1);
            }
        }
        throw new UndecodableException("a number of more than 10 bytes ends at byte " + at);
    }

    int readInt() {
        long value = readLong();
        if ((int) value != value) {
            throw new UndecodableException("an int of " + value + " ends at byte " + at);
        }
        return (int) value;
    }

    float readFloat() {
        return Float.intBitsToFloat((int) INT.get(bytes, pass(4)));
    }

    double readDouble() {
        return Double.longBitsToDouble((long) LONG.get(bytes, pass(8)));
    }

    /** The index of a union's branch or of an enum's symbol. */
    int readIndex(int count) {
        long index = readLong();
        if (index < 0 || index >= count) {
            throw new UndecodableException("choice " + index + " of " + count + " ends at byte " + at);
        }
        return (int) index;
    }

    /** The length of the bytes that follow, which are all there. */
    int readLength() {
        long length = readLong();
        if (length < 0 || length > left()) {
            throw new UndecodableException(
                    "a length of " + length + " where " + left() + " bytes are left, at byte " + at);
        }
        return (int) length;
    }

    byte[] readBytes(int length) {
        int from = pass(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    /** The bytes of a string, which are valid UTF-8. They are copied: a kept name must not keep its whole packet. */
    byte[] readText() {
        int from = skipText();
        return Arrays.copyOfRange(bytes, from, at);
    }

    void skipBytes() {
        pass(readLength());
    }

    int skipText() {
        int length = readLength();
        int from = at;
        at += length;
        checkUtf8(from, at);
        return from;
    }

    /** Goes on by {@code length} and returns where it was. */
    int pass(int length) {
        if (length > end - at) {
            throw truncated(length);
        }
        int from = at;
        at = from + length;
        return from;
    }

    /** Writes the bytes from {@code from} up to here. */
    void copy(int from, Encoder to) {
        to.raw(bytes, from, at - from);
    }

    /** Whether a union of null and one other type has its null here. */
    boolean readNull(int nullBranch) {
        int b = next();
        if (b == 0 || b == 2) {
            return b >> 1 == nullBranch;
        }
        at--;
        return readIndex(2) == nullBranch;
    }

    /**
     * The number of elements in the next block of an array or a map, or {@link #NO_MORE}.
     *
     * @param size bytes of an element, or {@link #VARIABLE}
     * @param pass whether to go past a block that says its length in bytes; its count is then 0
     */
    long readCount(int size, boolean pass) {
        long count = readLong();
        if (count == 0) {
            return NO_MORE;
        }
        if (count < 0) {
            int length = readLength();
            if (pass) {
                at += length;
                return 0;
            }
            count = -count;
        }
        if (count < 0 || size != 0 && count > (size == VARIABLE ? left() : left() / size)) {
            throw new UndecodableException(
                    "an array of " + count + " elements where " + left() + " bytes are left, at byte " + at);
        }
        return count;
    }

    /** Takes {@code count} values from what this packet may hold. */
    void take(long count) {
        values -= count;
        if (values < 0) {
            throw new UndecodableException("more values than a packet of its size may hold, at byte " + at);
        }
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw new UndecodableException("records nested more than " + DEEPEST + " deep, at byte " + at);
        }
    }

    void leave() {
        depth--;
    }

    private UndecodableException truncated(int wanted) {
        return new UndecodableException(
                "the packet ends early: " + wanted + " bytes wanted at byte " + at + ", " + left() + " left");
    }

    private void checkUtf8(int from, int to) {
        int i = from;
        while (to - i >= 8 && ((long) LONG.get(bytes, i) & NOT_ASCII) == 0) {
            i += 8;
        }
        while (i < to) {
            int b = bytes[i++];
            if (b >= 0) {
                continue;
            }
            // Unicode's table of well-formed sequences: the first byte sets the range of the second.
            int lead = b & 0xff;
            int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
            int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
            int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            boolean good = lead >= 0xc2 && lead <= 0xf4 && i + more <= to;
            for (int k = 0; good && k < more; k++) {
                int next = bytes[i++] & 0xff;
                good = next >= low && next <= high;
                low = 0x80;
                high = 0xbf;
            }
            if (!good) {
                throw new UndecodableException("a string that is not UTF-8, between bytes " + from + " and " + to);
            }
        }
    }
}
