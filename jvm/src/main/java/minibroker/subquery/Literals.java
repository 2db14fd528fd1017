package minibroker.subquery;

import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;

/** Constants: 5 is a BIGINT, 5E0 a DOUBLE, "5" a STRING, and true and false are BOOLEAN. */
final class Literals {

    private Literals() {}

    static Value read(Form form) {
        String word = form.word();
        if (form.isText()) {
            StringData text = StringData.fromString(word);
            return (Text) frame -> text;
        }
        if (word.equals("true") || word.equals("false")) {
            int answer = word.equals("true") ? Truth.TRUE : Truth.FALSE;
            return (Truth) frame -> answer;
        }
        try {
            return word.matches("-?[0-9]+") ? whole(Long.parseLong(word)) : real(word);
        } catch (NumberFormatException e) {
            throw new ValidationException("'" + form + "' is no constant", e);
        }
    }

    private static Value whole(long number) {
        return (Whole) frame -> {
            frame.absent = false;
            return number;
        };
    }

    private static Value real(String word) {
        double number = Double.parseDouble(word);
        if (!word.matches("-?[0-9.]+E-?[0-9]+") || !Double.isFinite(number)) {
            throw new NumberFormatException(word);
        }
        return (Real) frame -> {
            frame.absent = false;
            return number;
        };
    }

    /** The NULL of a type. */
    static Value nullOf(String type) {
        return switch (type) {
            case "BOOLEAN" -> (Truth) frame -> Truth.NULL;
            case "BIGINT" ->
                (Whole) frame -> {
                    frame.absent = true;
                    return 0;
                };
            case "DOUBLE" ->
                (Real) frame -> {
                    frame.absent = true;
                    return 0.0;
                };
            case "STRING" -> (Text) frame -> null;
            default -> throw new ValidationException("there is no type '" + type + "'");
        };
    }

    static Value nullLike(Value value) {
        return nullOf(Value.type(value));
    }
}
