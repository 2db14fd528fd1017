package minibroker.subquery;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.data.binary.BinaryStringDataUtil;

/** Operations on texts. Those that make a new text are the only ones that make an object. */
final class Texts {

    interface Rule {
        Value of(List<Value> arguments);
    }

    private interface Search {
        boolean of(BinaryStringData text, BinaryStringData part);
    }

    private Texts() {}

    /** The order of two texts by their bytes, which is that of code points; Flink's own may be that of UTF-16. */
    static int compare(StringData left, StringData right) {
        return Integer.signum(Arrays.compareUnsigned(left.toBytes(), right.toBytes()));
    }

    static Value lower(List<Value> arguments) {
        return translated(arguments, 'A', 'Z', 32);
    }

    static Value upper(List<Value> arguments) {
        return translated(arguments, 'a', 'z', -32);
    }

    /** Move the letters from one to another by a distance; those of ASCII only. */
    private static Text translated(List<Value> arguments, char from, char to, int distance) {
        Text operand = Operations.text(arguments, 0, 1);
        return frame -> {
            StringData text = operand.of(frame);
            if (text == null) {
                return null;
            }
            byte[] bytes = text.toBytes().clone();
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] >= from && bytes[i] <= to) {
                    bytes[i] += (byte) distance;
                }
            }
            return StringData.fromBytes(bytes);
        };
    }

    static Value length(List<Value> arguments) {
        Text operand = Operations.text(arguments, 0, 1);
        return (Whole) frame -> {
            StringData text = operand.of(frame);
            frame.absent = text == null;
            return frame.absent ? 0 : binary(text).numChars();
        };
    }

    /** From a character counted from 1, so many or all that follow. */
    static Value substring(List<Value> arguments) {
        int count = arguments.size() == 2 ? 2 : 3;
        Text operand = Operations.text(arguments, 0, count);
        Whole first = Operations.whole(arguments, 1, count);
        Whole most = count == 3 ? Operations.whole(arguments, 2, 3) : (Whole) frame -> Integer.MAX_VALUE;
        return (Text) frame -> {
            StringData text = operand.of(frame);
            long start = first.of(frame) - 1;
            boolean hasStart = !frame.absent;
            long length = most.of(frame);
            boolean hasLength = count == 2 || !frame.absent;
            if (text == null || !hasStart || !hasLength) {
                return null;
            }
            int from = (int) Math.min(Math.max(start, 0), Integer.MAX_VALUE);
            int to = (int) Math.min(from + Math.max(length, 0), Integer.MAX_VALUE);
            return from >= to ? StringData.fromString("") : binary(text).substring(from, to);
        };
    }

    static Value concatenate(List<Value> arguments) {
        Text left = Operations.text(arguments, 0, 2);
        Text right = Operations.text(arguments, 1, 2);
        return (Text) frame -> {
            StringData one = left.of(frame);
            StringData other = one == null ? null : right.of(frame);
            return other == null ? null : BinaryStringDataUtil.concat(binary(one), binary(other));
        };
    }

    static Value toText(List<Value> arguments) {
        Whole operand = Operations.whole(arguments, 0, 1);
        return (Text) frame -> {
            long number = operand.of(frame);
            return frame.absent ? null : StringData.fromString(Long.toString(number));
        };
    }

    private static Value search(List<Value> arguments, Search search) {
        Text left = Operations.text(arguments, 0, 2);
        Text right = Operations.text(arguments, 1, 2);
        return (Truth) frame -> {
            StringData text = left.of(frame);
            StringData part = text == null ? null : right.of(frame);
            if (part == null) {
                return Truth.NULL;
            }
            return search.of(binary(text), binary(part)) ? Truth.TRUE : Truth.FALSE;
        };
    }

    /** Give each operation on texts its name. */
    static void addTo(BiConsumer<String, Rule> rules) {
        rules.accept("lower", Texts::lower);
        rules.accept("upper", Texts::upper);
        rules.accept("length", Texts::length);
        rules.accept("substring", Texts::substring);
        rules.accept("concatenate", Texts::concatenate);
        rules.accept("to-text", Texts::toText);
        rules.accept("starts-with", arguments -> search(arguments, BinaryStringData::startsWith));
        rules.accept("ends-with", arguments -> search(arguments, BinaryStringData::endsWith));
        rules.accept("contains", arguments -> search(arguments, BinaryStringData::contains));
    }

    private static BinaryStringData binary(StringData text) {
        BinaryStringData binary = (BinaryStringData) text;
        binary.ensureMaterialized();
        return binary;
    }
}
