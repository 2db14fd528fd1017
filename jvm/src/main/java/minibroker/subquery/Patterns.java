package minibroker.subquery;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;

/** LIKE with the escape {@code !}, and regular expressions that are looked for anywhere. */
final class Patterns {

    private static final int ANY = -1;
    private static final int ONE = -2;
    // What % and _ are in a pattern whose other places are bytes.

    private Patterns() {}

    static Truth matches(Text operand, String pattern) {
        Pattern compiled;
        try {
            compiled = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new ValidationException("a pattern cannot be read: " + e.getDescription(), e);
        } catch (StackOverflowError e) {
            throw new ValidationException("a pattern is nested too deeply", e);
        }
        return frame -> {
            StringData text = operand.of(frame);
            if (text == null) {
                return Truth.NULL;
            }
            return compiled.matcher(text.toString()).find() ? Truth.TRUE : Truth.FALSE;
        };
    }

    static Truth like(Text operand, String pattern) {
        int[] places = places(pattern);
        return frame -> {
            StringData text = operand.of(frame);
            if (text == null) {
                return Truth.NULL;
            }
            return isLike(text.toBytes(), places) ? Truth.TRUE : Truth.FALSE;
        };
    }

    private static int[] places(String pattern) {
        byte[] bytes = StringData.fromString(pattern).toBytes();
        int[] places = new int[bytes.length];
        int count = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '!') {
                if (++i == bytes.length) {
                    throw new ValidationException("a pattern ends with its escape");
                }
                places[count++] = bytes[i] & 0xFF;
            } else {
                places[count++] = bytes[i] == '%' ? ANY : bytes[i] == '_' ? ONE : bytes[i] & 0xFF;
            }
        }
        return Arrays.copyOf(places, count);
    }

    /** Match greedily; after a failure the last % takes one character more. */
    private static boolean isLike(byte[] text, int[] places) {
        int at = 0;
        int place = 0;
        int resumeAt = 0;
        int resumePlace = -1;
        while (at < text.length) {
            int wanted = place < places.length ? places[place] : 0x100;
            if (wanted == ANY) {
                resumePlace = ++place;
                resumeAt = at;
            } else if (wanted == ONE) {
                at = next(text, at);
                place++;
            } else if (wanted == (text[at] & 0xFF)) {
                at++;
                place++;
            } else if (resumePlace < 0) {
                return false;
            } else {
                resumeAt = next(text, resumeAt);
                at = resumeAt;
                place = resumePlace;
            }
        }
        while (place < places.length && places[place] == ANY) {
            place++;
        }
        return place == places.length;
    }

    /** Where the character after this one begins. */
    private static int next(byte[] text, int at) {
        int next = at + 1;
        while (next < text.length && (text[next] & 0xC0) == 0x80) {
            next++;
        }
        return next;
    }
}
