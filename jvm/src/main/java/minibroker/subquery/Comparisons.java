package minibroker.subquery;

import java.util.List;
import minibroker.subquery.Value.Other;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;

/** Comparison of two values of one type; texts go by their bytes, and -0.0 equals 0.0. */
final class Comparisons {

    private static final int UNKNOWN = 2;
    // Neither less, equal nor greater: one side is NULL.

    private interface Order {
        int of(Frame frame);
    }

    private Comparisons() {}

    static void checkAlike(List<Value> arguments) {
        if (arguments.isEmpty()) {
            throw new ValidationException("it takes arguments");
        }
        String type = Value.type(arguments.get(0));
        for (Value argument : arguments) {
            if (argument instanceof Other || !Value.type(argument).equals(type)) {
                throw new ValidationException(type + " stands beside " + Value.type(argument));
            }
        }
    }

    /** The comparison that is TRUE for these outcomes. */
    static Truth compare(List<Value> arguments, boolean less, boolean equal, boolean greater) {
        Order order = order(arguments);
        int[] answers = {truth(less), truth(equal), truth(greater), Truth.NULL};
        return frame -> answers[order.of(frame) + 1];
    }

    /** IS [NOT] DISTINCT FROM: two NULLs are alike. */
    static Truth distinct(List<Value> arguments, boolean wanted) {
        Order order = order(arguments);
        Value left = arguments.get(0);
        Value right = arguments.get(1);
        return frame -> {
            int found = order.of(frame);
            boolean isDistinct =
                    found == UNKNOWN ? Value.isNull(left, frame) != Value.isNull(right, frame) : found != 0;
            return truth(isDistinct == wanted);
        };
    }

    /** Whether a value equals one of some literals. */
    static Truth oneOf(Value operand, List<Value> choices) {
        Truth[] tests = choices.stream()
                .map(choice -> compare(List.of(operand, choice), false, true, false))
                .toArray(Truth[]::new);
        return frame -> {
            int answer = Truth.FALSE;
            for (Truth test : tests) {
                answer = test.of(frame);
                if (answer != Truth.FALSE) {
                    return answer;
                }
            }
            return answer;
        };
    }

    /** The greater (1) or less (-1) of two values; NULL when either is. */
    static Value better(Value left, Value right, int wanted) {
        if (left instanceof Real one && right instanceof Real other) {
            return (Real) frame -> {
                double a = one.of(frame);
                if (frame.absent) {
                    return 0.0;
                }
                double b = other.of(frame);
                return (wanted > 0 ? b > a : b < a) ? b : a;
            };
        }
        if (left instanceof Whole one && right instanceof Whole other) {
            return (Whole) frame -> {
                long a = one.of(frame);
                if (frame.absent) {
                    return 0;
                }
                long b = other.of(frame);
                return wanted > 0 ? Math.max(a, b) : Math.min(a, b);
            };
        }
        if (left instanceof Text one && right instanceof Text other) {
            return (Text) frame -> {
                StringData a = one.of(frame);
                StringData b = other.of(frame);
                if (a == null || b == null) {
                    return null;
                }
                return Texts.compare(b, a) == wanted ? b : a;
            };
        }
        throw new ValidationException("it takes numbers or texts");
    }

    private static Order order(List<Value> arguments) {
        Value left = Operations.argument(arguments, 0, 2);
        checkAlike(arguments);
        if (left instanceof Real a) {
            Real b = (Real) arguments.get(1);
            return frame -> {
                double one = a.of(frame);
                if (frame.absent) {
                    return UNKNOWN;
                }
                double other = b.of(frame);
                return frame.absent ? UNKNOWN : one < other ? -1 : one > other ? 1 : 0;
            };
        }
        if (left instanceof Whole a) {
            Whole b = (Whole) arguments.get(1);
            return frame -> {
                long one = a.of(frame);
                if (frame.absent) {
                    return UNKNOWN;
                }
                long other = b.of(frame);
                return frame.absent ? UNKNOWN : Long.compare(one, other);
            };
        }
        if (left instanceof Text a) {
            Text b = (Text) arguments.get(1);
            return frame -> {
                StringData one = a.of(frame);
                StringData other = one == null ? null : b.of(frame);
                return other == null ? UNKNOWN : Texts.compare(one, other);
            };
        }
        Truth a = (Truth) left;
        Truth b = (Truth) arguments.get(1);
        return frame -> {
            int one = a.of(frame);
            int other = b.of(frame);
            return one == Truth.NULL || other == Truth.NULL ? UNKNOWN : Integer.compare(one, other);
        };
    }

    private static int truth(boolean answer) {
        return answer ? Truth.TRUE : Truth.FALSE;
    }
}
