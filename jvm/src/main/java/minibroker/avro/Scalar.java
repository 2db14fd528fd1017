package minibroker.avro;

import java.math.BigDecimal;
import java.math.BigInteger;
import minibroker.avro.Schema.Kind;
import minibroker.avro.Schema.Logical;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** Which single values of a packet may become which SQL types, and how. */
final class Scalar {

    private static final int WIDEST_DECIMAL = 64;
    // Bytes. DECIMAL(38) needs 16; the time to turn digits into a number grows with their square.

    private Scalar() {}

    /** A reader of values that keep their meaning in {@code type}; null where some would not. */
    static Reader reader(Schema schema, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> schema.kind == Kind.BOOLEAN ? Cursor::readBoolean : null;
            case INTEGER -> schema.kind == Kind.INT ? Cursor::readInt : null;
            case BIGINT -> bigint(schema);
            case FLOAT -> schema.kind == Kind.FLOAT ? cursor -> finite(cursor.readFloat()) : null;
            case DOUBLE -> real(schema);
            case VARCHAR -> text(schema);
            case VARBINARY -> bytes(schema);
            case DECIMAL -> decimal(schema, (DecimalType) type);
            case DATE -> schema.kind == Kind.INT && stands(schema, "date") ? Cursor::readInt : null;
            case TIME_WITHOUT_TIME_ZONE ->
                schema.kind == Kind.INT && stands(schema, "time-millis") ? Cursor::readInt : null;
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(schema, type);
            default -> null;
        };
    }

    private static Reader bigint(Schema schema) {
        return switch (schema.kind) {
            case INT -> cursor -> (long) cursor.readInt();
            case LONG -> Cursor::readLong;
            default -> null;
        };
    }

    private static Reader real(Schema schema) {
        return switch (schema.kind) {
            case FLOAT -> cursor -> finite((double) cursor.readFloat());
            case DOUBLE -> cursor -> finite(cursor.readDouble());
            case INT -> cursor -> (double) cursor.readInt();
            // The nearest double: above 2^53 not every long has its own.
            case LONG -> cursor -> (double) cursor.readLong();
            case BYTES, FIXED ->
                stands(schema, "decimal") ? cursor -> unscaled(schema, cursor).doubleValue() : null;
            default -> null;
        };
    }

    private static Reader text(Schema schema) {
        if (schema.kind == Kind.STRING) {
            return cursor -> StringData.fromBytes(cursor.readText());
        }
        if (schema.kind == Kind.ENUM) {
            StringData[] symbols =
                    schema.symbols.stream().map(StringData::fromString).toArray(StringData[]::new);
            return cursor -> symbols[cursor.readIndex(symbols.length)];
        }
        return null;
    }

    private static Reader bytes(Schema schema) {
        return switch (schema.kind) {
            case BYTES -> cursor -> cursor.readBytes(cursor.readLength());
            case FIXED -> cursor -> cursor.readBytes(schema.size);
            default -> null;
        };
    }

    private static Reader decimal(Schema schema, DecimalType type) {
        boolean binary = schema.kind == Kind.BYTES || schema.kind == Kind.FIXED;
        if (!binary || !stands(schema, "decimal")) {
            return null;
        }
        Logical decimal = schema.logical;
        int precision = type.getPrecision();
        int scale = type.getScale();
        if (decimal.scale() > scale || decimal.precision() - decimal.scale() > precision - scale) {
            return null;
        }
        return cursor -> {
            BigDecimal value = unscaled(schema, cursor);
            DecimalData data = DecimalData.fromBigDecimal(value, precision, scale);
            if (data == null) {
                throw new UndecodableException(
                        "a decimal with more digits than its schema says ends at byte " + cursor.at());
            }
            return data;
        };
    }

    private static BigDecimal unscaled(Schema schema, Cursor cursor) {
        int length = schema.kind == Kind.FIXED ? schema.size : cursor.readLength();
        if (length == 0 || length > WIDEST_DECIMAL) {
            throw new UndecodableException("a decimal of " + length + " bytes, at byte " + cursor.at());
        }
        return new BigDecimal(new BigInteger(cursor.readBytes(length)), schema.logical.scale());
    }

    private static Reader timestamp(Schema schema, LogicalType type) {
        if (schema.kind != Kind.LONG || schema.logical == null) {
            return null;
        }
        String name = schema.logical.name();
        String prefix =
                type.getTypeRoot() == LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE ? "local-timestamp-" : "timestamp-";
        // A timestamp is an instant, and becomes the UTC day and time; a local one has no instant to become.
        if (!name.startsWith("timestamp-") && !name.startsWith(prefix)) {
            return null;
        }
        int precision = LogicalTypeChecks.getPrecision(type);
        if (name.endsWith("-millis") && precision >= 3) {
            return cursor -> TimestampData.fromEpochMillis(cursor.readLong());
        }
        if (name.endsWith("-micros") && precision >= 6) {
            return cursor -> instant(cursor.readLong(), 1_000);
        }
        if (name.endsWith("-nanos") && precision >= 9) {
            return cursor -> instant(cursor.readLong(), 1_000_000);
        }
        return null;
    }

    private static TimestampData instant(long ticks, int ticksInMilli) {
        long millis = Math.floorDiv(ticks, ticksInMilli);
        int nanos = Math.floorMod(ticks, ticksInMilli) * (1_000_000 / ticksInMilli);
        return TimestampData.fromEpochMillis(millis, nanos);
    }

    private static boolean stands(Schema schema, String logical) {
        return schema.logical != null && schema.logical.name().equals(logical);
    }

    // NaN and the infinities are NULL: SQL engines order and compare them in ways of their own.

    private static Float finite(float value) {
        return Float.isFinite(value) ? (Float) value : null;
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }
}
