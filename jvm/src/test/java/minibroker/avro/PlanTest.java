package minibroker.avro;

import static org.apache.flink.table.api.DataTypes.ARRAY;
import static org.apache.flink.table.api.DataTypes.BIGINT;
import static org.apache.flink.table.api.DataTypes.BOOLEAN;
import static org.apache.flink.table.api.DataTypes.BYTES;
import static org.apache.flink.table.api.DataTypes.DATE;
import static org.apache.flink.table.api.DataTypes.DECIMAL;
import static org.apache.flink.table.api.DataTypes.DOUBLE;
import static org.apache.flink.table.api.DataTypes.FIELD;
import static org.apache.flink.table.api.DataTypes.FLOAT;
import static org.apache.flink.table.api.DataTypes.INT;
import static org.apache.flink.table.api.DataTypes.MAP;
import static org.apache.flink.table.api.DataTypes.ROW;
import static org.apache.flink.table.api.DataTypes.STRING;
import static org.apache.flink.table.api.DataTypes.TIME;
import static org.apache.flink.table.api.DataTypes.TIMESTAMP;
import static org.apache.flink.table.api.DataTypes.TIMESTAMP_LTZ;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

    /** The value of a packet's one field {@code x}, between a string and a double that are no columns. */
    private static Object read(String type, Datum value, DataType column) {
        return row(recordAround(type), around(value), ROW(FIELD("x", column))).getField(0);
    }

    private static String recordAround(String type) {
        return "{'type':'record','name':'alert','fields':[{'name':'a','type':'string'},{'name':'x','type':%s},{'name':'z','type':'double'}]}"
                .formatted(type);
    }

    private static byte[] around(Datum value) {
        return new Datum().text("before").raw(value.bytes()).real(1.5).bytes();
    }

    private static GenericRowData row(String schema, byte[] bytes, DataType table) {
        return row(schema, bytes, table, true);
    }

    private static GenericRowData row(String schema, byte[] bytes, DataType table, boolean whole) {
        RowType type = (RowType) table.getLogicalType();
        Schema writer = new SchemaParser().parse(schema.replace('\'', '"'));
        Plan plan = Plan.of(writer, type, type.getFieldCount(), whole);
        return plan.read(new Cursor().over(bytes, 0, bytes.length, bytes.length));
    }

    private static String failure(String type, Datum value, DataType column) {
        return assertThrows(UndecodableException.class, () -> read(type, value, column))
                .getMessage();
    }

    /** Why a field is absent for its column; the rest of the packet is read and the column is NULL. */
    private static String absence(String type, Datum value, DataType column) {
        assertNull(read(type, value, column));
        RowType table = (RowType) ROW(FIELD("x", column)).getLogicalType();
        Schema writer = new SchemaParser().parse(recordAround(type).replace('\'', '"'));
        List<String> absent = Plan.of(writer, table, 1, true).absent();
        assertEquals(1, absent.size());
        return absent.get(0);
    }

    private static Datum number(long value) {
        return new Datum().number(value);
    }

    private static StringData text(String value) {
        return StringData.fromString(value);
    }

    @Test
    void eachTypeBecomesItsOwn() {
        assertEquals(true, read("'boolean'", new Datum().raw((byte) 1), BOOLEAN()));
        assertEquals(-3, read("'int'", number(-3), INT()));
        assertEquals(Long.MIN_VALUE, read("'long'", number(Long.MIN_VALUE), BIGINT()));
        assertEquals(0.1f, read("'float'", new Datum().real(0.1f), FLOAT()));
        assertEquals(0.1, read("'double'", new Datum().real(0.1), DOUBLE()));
        assertEquals(text("süß"), read("'string'", new Datum().text("süß"), STRING()));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) read("'bytes'", new Datum().bytes(new byte[] {1, 2}), BYTES()));
        assertNull(read("'null'", new Datum(), DOUBLE()));
    }

    @Test
    void namedTypesBecomeTextAndBytes() {
        String band = "{'type':'enum','name':'band','symbols':['g','r','i']}";
        String mark = "{'type':'fixed','name':'mark','size':3}";
        assertEquals(text("i"), read(band, number(2), STRING()));
        assertArrayEquals(
                new byte[] {7, 8, 9}, (byte[]) read(mark, new Datum().raw((byte) 7, (byte) 8, (byte) 9), BYTES()));
        assertTrue(failure(band, number(3), STRING()).startsWith("choice 3 of 3"));
    }

    @Test
    void numbersWidenExactly() {
        assertEquals(7L, read("'int'", number(7), BIGINT()));
        assertEquals(7.0, read("'int'", number(7), DOUBLE()));
        assertEquals((double) (1L << 53), read("'long'", number((1L << 53) + 1), DOUBLE()), "the nearest");
        assertEquals((double) 0.1f, read("'float'", new Datum().real(0.1f), DOUBLE()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNoNumberIsNull(double value) {
        assertNull(read("'double'", new Datum().real(value), DOUBLE()));
        assertNull(read("'float'", new Datum().real((float) value), DOUBLE()));
        assertNull(read("'float'", new Datum().real((float) value), FLOAT()));
        assertNull(read("['null','float']", number(1).real((float) value), DOUBLE()));
    }

    @ParameterizedTest
    @CsvSource({
        "string, DOUBLE", "double, BIGINT", "long, INT", "float, INT", "double, FLOAT", "int, FLOAT",
        "bytes, STRING", "string, BYTES", "boolean, INT", "int, STRING", "int, BOOLEAN", "long, TIMESTAMP(6)",
        "bytes, 'DECIMAL(5, 2)'", "int, ROW<y INT>", "int, ARRAY<INT>",
    })
    void aFieldWhoseTypeWouldLoseItsMeaningIsAbsentAndBothAreNamed(String from, String to) {
        DataType column = type(to);
        String expected = "x is %s, which cannot become %s".formatted(from, column.getLogicalType());
        byte[] zeros = new byte[8];
        int size = Map.of("boolean", 1, "float", 4, "double", 8).getOrDefault(from, 1);
        Datum value = new Datum().raw(Arrays.copyOf(zeros, size));
        assertEquals(expected, absence("'" + from + "'", value, column));
        assertEquals(expected, absence("['null','" + from + "']", number(1).raw(value.bytes()), column));
    }

    private static DataType type(String sql) {
        return switch (sql) {
            case "DOUBLE" -> DOUBLE();
            case "BIGINT" -> BIGINT();
            case "INT" -> INT();
            case "FLOAT" -> FLOAT();
            case "STRING" -> STRING();
            case "BYTES" -> BYTES();
            case "BOOLEAN" -> BOOLEAN();
            case "TIMESTAMP(6)" -> TIMESTAMP(6);
            case "DECIMAL(5, 2)" -> DECIMAL(5, 2);
            case "ROW<y INT>" -> ROW(FIELD("y", INT()));
            default -> ARRAY(INT());
        };
    }

    @Test
    void itIsSaidWhereTheAbsentFieldIs() {
        String type =
                "{'type':'array','items':{'type':'record','name':'source','fields':[{'name':'rb','type':'string'}]}}";
        RowType table =
                (RowType) ROW(FIELD("x", ARRAY(ROW(FIELD("rb", DOUBLE()))))).getLogicalType();
        Schema writer = new SchemaParser().parse(recordAround(type).replace('\'', '"'));
        assertEquals(
                List.of("x[].rb is string, which cannot become DOUBLE"),
                Plan.of(writer, table, 1, true).absent());
    }

    @Test
    void unionsHaveTheirBranchesInAnyOrder() {
        assertEquals(2.5, read("['null','double']", number(1).real(2.5), DOUBLE()));
        assertEquals(2.5, read("['double','null']", number(0).real(2.5), DOUBLE()));
        assertNull(read("['null','double']", number(0), DOUBLE()));
        assertNull(read("['double','null']", number(1), DOUBLE()));
        assertNull(read("['null']", number(0), DOUBLE()));
        assertEquals(2.5, read("['double']", number(0).real(2.5), DOUBLE()));
        assertEquals(4.0, read("['null','int','double']", number(1).number(4), DOUBLE()));
        assertEquals(4.5, read("['null','int','double']", number(2).real(4.5), DOUBLE()));
        assertEquals(
                "x is string, which cannot become DOUBLE",
                absence("['int','string']", number(0).number(3), DOUBLE()));
        assertTrue(failure("['null','int']", number(2), INT()).startsWith("choice 2 of 2"));
        assertEquals(
                5, read("['null','int']", new Datum().raw((byte) 0x82, (byte) 0).number(5), INT()), "a long 1");
    }

    @Test
    void whatIsNoColumnIsSkipped() {
        String[] types = {
            "'null'",
            "'boolean'",
            "'int'",
            "'long'",
            "'float'",
            "'bytes'",
            "['null','float']",
            "['float','null']",
            "['null','long']",
            "['null','int','string']",
            "{'type':'enum','name':'e','symbols':['a','b']}",
            "{'type':'fixed','name':'f','size':2}",
            "{'type':'array','items':'double'}",
            "{'type':'array','items':'string'}",
            "{'type':'map','values':'int'}",
            "{'type':'record','name':'r','fields':[{'name':'u','type':'float'},{'name':'v','type':'null'}]}",
            "['null',{'type':'record','name':'s','fields':[{'name':'u','type':'string'}]}]",
        };
        Datum[] values = {
            new Datum(),
            new Datum().raw((byte) 1),
            number(300),
            number(-1L << 40),
            new Datum().real(1f),
            new Datum().bytes(new byte[300]),
            number(1).real(1f),
            number(1),
            number(1).number(99),
            number(2).text("a"),
            number(1),
            new Datum().raw((byte) 1, (byte) 2),
            number(2).real(1.0).real(2.0).number(-1).number(8).real(3.0).number(0),
            number(1).text("a").number(-1).number(2).text("b").number(0),
            number(1).text("k").number(5).number(0),
            new Datum().real(1f),
            number(1).text("u"),
        };
        StringBuilder fields = new StringBuilder();
        Datum datum = new Datum();
        for (int i = 0; i < types.length; i++) {
            fields.append("{'name':'f%d','type':%s},".formatted(i, types[i]));
            datum.raw(values[i].bytes());
            GenericRowData row =
                    row(recordAround(types[i]), around(values[i]), ROW(FIELD("z", DOUBLE()), FIELD("a", STRING())));
            assertEquals(GenericRowData.of(1.5, text("before")), row, types[i]);
        }
        String all = "{'type':'record','name':'alert','fields':[" + fields + "{'name':'last','type':'int'}]}";
        byte[] bytes = datum.number(42).bytes();
        assertEquals(42, row(all, bytes, ROW(FIELD("last", INT()))).getField(0));
        assertEquals(42, row(all, bytes, ROW(FIELD("last", INT())), false).getField(0));
    }

    @Test
    void recordsArraysAndMapsNest() {
        String schema =
                """
                {'type':'record','name':'alert','namespace':'survey','fields':[
                  {'name':'source','type':{'type':'record','name':'source','fields':[
                    {'name':'flux','type':['null','float'],'default':null},
                    {'name':'flags','type':{'type':'map','values':'boolean'}}]}},
                  {'name':'history','type':['null',{'type':'array','items':'survey.source'}]}]}""";
        Datum source = number(1).real(2f).number(1).text("edge").raw((byte) 1).number(0);
        Datum datum = new Datum().raw(source.bytes()).number(1);
        datum.number(1)
                .raw(source.bytes())
                .number(-1)
                .number(source.bytes().length)
                .raw(source.bytes());
        datum.number(0);
        DataType row = ROW(FIELD("flags", MAP(STRING(), BOOLEAN())), FIELD("flux", DOUBLE()));
        GenericRowData expected = GenericRowData.of(new GenericMapData(Map.of(text("edge"), true)), 2.0);
        assertEquals(
                GenericRowData.of(new GenericArrayData(new Object[] {expected, expected}), expected, null),
                row(
                        schema,
                        datum.bytes(),
                        ROW(FIELD("history", ARRAY(row)), FIELD("source", row), FIELD("new", INT()))));
    }

    @Test
    void columnsAreMatchedByExactName() {
        assertNull(row(recordAround("'int'"), around(number(1)), ROW(FIELD("X", INT())))
                .getField(0));
    }

    @Test
    void decimalsKeepTheirDigits() {
        String type = "{'type':'bytes','logicalType':'decimal','precision':6,'scale':2}";
        Datum value = new Datum().bytes(BigInteger.valueOf(-12345).toByteArray());
        assertEquals(DecimalData.fromBigDecimal(new BigDecimal("-123.4500"), 9, 4), read(type, value, DECIMAL(9, 4)));
        assertEquals(-123.45, read(type, value, DOUBLE()));
        assertTrue(absence(type, value, DECIMAL(6, 3)).endsWith("cannot become DECIMAL(6, 3)"));
        assertTrue(failure(type, new Datum().bytes(new byte[0]), DOUBLE()).startsWith("a decimal of 0 bytes"));
        assertTrue(failure(type, new Datum().bytes(new byte[9_999]), DOUBLE()).startsWith("a decimal of 9999 bytes"));
        assertTrue(failure(type, new Datum().bytes(BigInteger.TEN.pow(9).toByteArray()), DECIMAL(6, 2))
                .startsWith("a decimal with more digits"));
        String fixed = "{'type':'fixed','name':'d','size':2,'logicalType':'decimal','precision':4,'scale':1}";
        assertEquals(25.6, read(fixed, new Datum().raw((byte) 1, (byte) 0), DOUBLE()));
    }

    @Test
    void timesAreRawNumbersOrTimestamps() {
        String micros = "{'type':'long','logicalType':'timestamp-micros'}";
        long before1970 = -1_000_001;
        assertEquals(before1970, read(micros, number(before1970), BIGINT()));
        TimestampData expected = TimestampData.fromLocalDateTime(LocalDateTime.parse("1969-12-31T23:59:58.999999"));
        assertEquals(expected, read(micros, number(before1970), TIMESTAMP(6)));
        assertEquals(
                TimestampData.fromInstant(Instant.parse("1969-12-31T23:59:58.999999Z")),
                read(micros, number(before1970), TIMESTAMP_LTZ(6)));
        assertTrue(absence(micros, number(0), TIMESTAMP(3)).startsWith("x is long (timestamp-micros)"));
        String millis = "{'type':'long','logicalType':'timestamp-millis'}";
        assertEquals(TimestampData.fromEpochMillis(5), read(millis, number(5), TIMESTAMP(3)));
        String local = "{'type':'long','logicalType':'local-timestamp-nanos'}";
        assertEquals(TimestampData.fromEpochMillis(1, 7), read(local, number(1_000_007), TIMESTAMP(9)));
        assertTrue(absence(local, number(0), TIMESTAMP_LTZ(9)).endsWith("TIMESTAMP_LTZ(9)"));
        int day = (int) LocalDate.parse("2025-10-13").toEpochDay();
        assertEquals(day, read("{'type':'int','logicalType':'date'}", number(day), DATE()));
        assertEquals(1, read("{'type':'int','logicalType':'time-millis'}", number(1), TIME(3)));
    }

    @Test
    void aPacketIsCheckedToItsEndOrOnlyAsFarAsItIsRead() {
        DataType table = ROW(FIELD("x", INT()));
        byte[] cut = new Datum().text("before").number(1).raw((byte) 0).bytes();
        byte[] longer = new Datum().raw(around(number(1))).raw((byte) 0).bytes();
        assertEquals(1, row(recordAround("'int'"), cut, table, false).getField(0));
        assertEquals(1, row(recordAround("'int'"), longer, table, false).getField(0));
        assertThrows(UndecodableException.class, () -> row(recordAround("'int'"), cut, table));
        String error = assertThrows(UndecodableException.class, () -> row(recordAround("'int'"), longer, table))
                .getMessage();
        assertEquals("1 bytes are left after the alert, at byte 16", error);
    }

    @Test
    void notNullColumnsAreHeldToIt() {
        DataType inner = ROW(FIELD("x", DOUBLE().notNull()));
        String type = "{'type':'record','name':'r','fields':[{'name':'x','type':['null','double']}]}";
        assertEquals("x.x is null or not a number, and NOT NULL in the table", failure(type, number(0), inner));
        assertEquals(GenericRowData.of(2.0), read(type, number(1).real(2.0), inner));
        assertEquals(
                "y is NOT NULL, and the packet's schema does not have it",
                absence(type, number(0), ROW(FIELD("y", DOUBLE().notNull()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "a0a1", "c080", "eda080", "f4908080", "f8888080", "e282", "ff"})
    void aStringMustBeUtf8WhetherItIsAColumnOrNot(String hex) {
        byte[] bad = HexFormat.of().parseHex("41" + hex);
        Datum value = new Datum().bytes(bad);
        assertTrue(failure("'string'", value, STRING()).startsWith("a string that is not UTF-8"));
        assertThrows(
                UndecodableException.class,
                () -> row(recordAround("'string'"), around(value), ROW(FIELD("z", DOUBLE()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ASCII, and more of it", "é", "ह", "€uro", "한국어", "🔭 sky", "\uD7FF\uE000", "\u0000"})
    void allOfUnicodeIsText(String value) {
        assertEquals(text(value), read("'string'", new Datum().text(value), STRING()));
    }

    @Test
    void lengthsAreNotBelieved() {
        for (long length : new long[] {-1, 1L << 60, Long.MAX_VALUE, Long.MIN_VALUE, Integer.MAX_VALUE, 1 << 20}) {
            failure("'string'", number(length), STRING());
            failure("'bytes'", number(length), BYTES());
            failure("'bytes'", number(length), DOUBLE().nullable());
            failure("{'type':'array','items':'null'}", number(length), ARRAY(INT()));
            failure("{'type':'array','items':'long'}", number(length), ARRAY(BIGINT()));
            failure("{'type':'array','items':'double'}", number(length), ARRAY(DOUBLE()));
            failure("{'type':'map','values':'null'}", number(length), MAP(STRING(), INT()));
            String skipped = recordAround("{'type':'array','items':'double'}");
            assertThrows(
                    UndecodableException.class, () -> row(skipped, around(number(length)), ROW(FIELD("z", DOUBLE()))));
        }
    }

    @Test
    void elementsOfNoSizeTakeFromWhatAPacketMayHold() {
        String nulls = "{'type':'array','items':'null'}";
        GenericArrayData read = (GenericArrayData) read(nulls, number(1_000).number(0), ARRAY(INT()));
        assertEquals(1_000, read.size());
        assertTrue(failure(nulls, number(1_000_000).number(0), ARRAY(INT())).startsWith("more values than"));
        // Skipping them costs nothing, so any number goes.
        assertEquals(
                1.5,
                row(recordAround(nulls), around(number(1L << 50).number(0)), ROW(FIELD("z", DOUBLE())))
                        .getField(0));
    }

    @Test
    void recordsThatHoldThemselvesAreSkippedUpToALimit() {
        String list = "['null',{'type':'record','name':'node','fields':[{'name':'next','type':['null','node']}]}]";
        Datum shallow = number(1).number(1).number(0);
        assertEquals(
                1.5,
                row(recordAround(list), around(shallow), ROW(FIELD("z", DOUBLE())))
                        .getField(0));
        Datum deep = new Datum();
        for (int i = 0; i < 100_000; i++) {
            deep.number(1);
        }
        assertTrue(assertThrows(
                        UndecodableException.class,
                        () -> row(recordAround(list), around(deep), ROW(FIELD("z", DOUBLE()))))
                .getMessage()
                .startsWith("records nested more than 64 deep"));
        DataType two = ROW(FIELD("next", ROW(FIELD("next", ROW(FIELD("other", INT()))))));
        assertEquals(
                GenericRowData.of(GenericRowData.of((Object) null)),
                read(list, number(1).number(1).number(0), two));
        String endless = "{'type':'record','name':'node','fields':[{'name':'next','type':'node'}]}";
        assertThrows(
                UndecodableException.class,
                () -> row(recordAround(endless), around(new Datum()), ROW(FIELD("z", DOUBLE()))));
    }

    @Test
    void aSmallSchemaCannotMakeALargePlan() {
        StringBuilder fields = new StringBuilder("{'name':'f0','type':{'type':'record','name':'r0','fields':[]}}");
        for (int i = 1; i < 60; i++) {
            fields.append(",{'name':'f%d','type':{'type':'record','name':'r%d','fields':[".formatted(i, i));
            fields.append("{'name':'a','type':'r%d'},{'name':'b','type':'r%d'}]}}".formatted(i - 1, i - 1));
        }
        String bomb = "{'type':'record','name':'alert','fields':[" + fields + "]}";
        DataType table = ROW(FIELD("f3", ROW(FIELD("a", ROW(FIELD("b", ROW(FIELD("q", INT()))))))));
        assertEquals(1, row(bomb, new byte[0], table).getArity());
        assertThrows(UndecodableException.class, () -> row(bomb, new byte[] {1}, table));
    }

    @Test
    void overlongAndOversizedNumbersAreErrors() {
        assertTrue(failure("'int'", number(1L << 31), INT()).startsWith("an int of 2147483648"));
        Datum eleven = new Datum().raw(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        assertTrue(failure("'long'", eleven, BIGINT()).startsWith("a number of more than 10 bytes"));
        assertThrows(
                UndecodableException.class,
                () -> row(recordAround("'int'"), around(number(1L << 31)), ROW(FIELD("z", DOUBLE()))));
    }

    @Test
    void everyTruncationIsFound() {
        byte[] whole = around(number(1).real(2.5));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            for (String column : new String[] {"x", "y"}) {
                assertThrows(
                        UndecodableException.class,
                        () -> row(recordAround("['null','double']"), cut, ROW(FIELD(column, DOUBLE()))));
            }
        }
    }
}
