package minibroker.avro;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.xerial.snappy.Snappy;

/** How a container's block is compressed. */
enum Codec {
    NULL,
    DEFLATE,
    SNAPPY,
    ZSTANDARD;

    private static final int CHECKSUM = 4;
    // Bytes of the CRC-32 that follow a snappy block.

    private static final int SNAPPY_RATIO = 32;
    // Snappy cannot do better than 64 bytes for 3.

    static Codec named(String name) {
        for (Codec codec : values()) {
            if (codec.name().equalsIgnoreCase(name)) {
                return codec;
            }
        }
        throw new UndecodableException(
                "the container's codec is " + name + ", which is none of null, deflate, snappy, zstandard");
    }

    /** The block {@code bytes[from, from + length)} unpacked, which takes at most {@code limit} bytes. */
    byte[] unpack(byte[] bytes, int from, int length, int limit) {
        try {
            return switch (this) {
                case NULL -> Arrays.copyOfRange(bytes, from, from + length);
                case DEFLATE -> inflate(bytes, from, length, limit);
                case SNAPPY -> unsnap(bytes, from, length, limit);
                case ZSTANDARD -> unzstd(bytes, from, length, limit);
            };
        } catch (IOException e) {
            throw new UndecodableException("the container's " + this + " block is broken: " + e.getMessage());
        } catch (LinkageError e) {
            throw new UndecodableException(
                    "the library for " + this + " is not on Flink's class path: " + e.getMessage());
        }
    }

    /** The datum as a block of this codec. */
    byte[] pack(byte[] datum) {
        try {
            return switch (this) {
                case NULL -> datum;
                case DEFLATE -> deflate(datum);
                case SNAPPY -> snap(datum);
                case ZSTANDARD -> Zstd.compress(datum);
            };
        } catch (IOException e) {
            throw new UndecodableException("a block cannot be packed by " + this + ": " + e.getMessage());
        }
    }

    private static byte[] deflate(byte[] datum) throws IOException {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        ByteArrayOutputStream out = new ByteArrayOutputStream(datum.length);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater)) {
            deflating.write(datum);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }

    private static byte[] snap(byte[] datum) throws IOException {
        byte[] packed = Snappy.compress(datum);
        CRC32 crc = new CRC32();
        crc.update(datum);
        return ByteBuffer.allocate(packed.length + CHECKSUM)
                .put(packed)
                .putInt((int) crc.getValue())
                .array();
    }

    private byte[] inflate(byte[] bytes, int from, int length, int limit) throws IOException {
        Inflater inflater = new Inflater(true);
        // Bytes after the end are left alone: some writers cut a zlib stream and leave its checksum.
        try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes, from, length), inflater, 8_192)) {
            return drain(in, limit);
        } finally {
            inflater.end();
        }
    }

    private byte[] unsnap(byte[] bytes, int from, int length, int limit) throws IOException {
        int packed = length - CHECKSUM;
        if (packed < 1) {
            throw new IOException("no bytes before its checksum");
        }
        int size = Snappy.uncompressedLength(bytes, from, packed);
        if (size < 0 || size > (long) SNAPPY_RATIO * packed) {
            throw new IOException("it says that it unpacks to " + size + " bytes");
        }
        if (size > limit) {
            throw tooLarge(limit);
        }
        byte[] unpacked = new byte[size];
        Snappy.uncompress(bytes, from, packed, unpacked, 0);
        CRC32 crc = new CRC32();
        crc.update(unpacked);
        Cursor checksum = new Cursor().over(bytes, from + packed, from + length, 0);
        int expected = 0;
        while (checksum.left() > 0) {
            expected = expected << 8 | checksum.next() & 0xff;
        }
        if ((int) crc.getValue() != expected) {
            throw new IOException("its checksum is wrong");
        }
        return unpacked;
    }

    private byte[] unzstd(byte[] bytes, int from, int length, int limit) throws IOException {
        try (ZstdInputStreamNoFinalizer in =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes, from, length))) {
            // The window is allocated before the first byte comes out: no larger than what may, or 8 MB.
            in.setLongMax(Math.max(23, Math.min(27, 32 - Integer.numberOfLeadingZeros(limit - 1))));
            return drain(in, limit);
        }
    }

    private byte[] drain(InputStream in, int limit) throws IOException {
        byte[] unpacked = in.readNBytes(limit);
        if (unpacked.length == limit && in.read() >= 0) {
            throw tooLarge(limit);
        }
        return unpacked;
    }

    private UndecodableException tooLarge(int limit) {
        return new UndecodableException(
                "the container's " + this + " block unpacks to more than " + limit + " bytes (max-unpacked)");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
