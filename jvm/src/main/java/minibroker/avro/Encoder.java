package minibroker.avro;

import java.util.Arrays;

/** Writes Avro's binary form. */
public final class Encoder {

    private byte[] bytes;
    private int length;

    public Encoder(int capacity) {
        bytes = new byte[Math.max(capacity, 2 * Long.BYTES)];
    }

    /** An int or a long; also a length, a count and the index of a branch. */
    public Encoder number(long value) {
        reserve(Long.BYTES + 2);
        long bits = value << 1 ^ value >> 63;
        for (; (bits & ~0x7fL) != 0; bits >>>= 7) {
            bytes[length++] = (byte) (bits & 0x7f | 0x80);
        }
        bytes[length++] = (byte) bits;
        return this;
    }

    public Encoder real(double value) {
        reserve(Double.BYTES);
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[length++] = (byte) (bits >>> shift);
        }
        return this;
    }

    public Encoder truth(boolean value) {
        return raw((byte) (value ? 1 : 0));
    }

    /** Bytes or a string's UTF-8, with their length before them. */
    public Encoder bytes(byte[] value) {
        return number(value.length).raw(value);
    }

    public Encoder raw(byte... value) {
        return raw(value, 0, value.length);
    }

    Encoder raw(byte[] value, int from, int count) {
        reserve(count);
        System.arraycopy(value, from, bytes, length, count);
        length += count;
        return this;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
