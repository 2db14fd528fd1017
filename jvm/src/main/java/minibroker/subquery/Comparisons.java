package minibroker.subquery;

import java.util.Arrays;
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

    private static final int LESS = 1;
    private static final int EQUAL = 2;
    private static final int GREATER = 4;
    // Bits for the outcomes: 1 << (outcome + 1).

    /** A comparison of two values, which is TRUE for some of its outcomes. */
    private interface Comparison extends Truth {

        /** The bits of the outcomes for which it is TRUE. */
        int wanted();

        /** -1, 0 or 1, or that it is unknown. */
        int order(Frame frame);

        @Override
        default int of(Frame frame) {
            int order = order(frame);
            return order == UNKNOWN ? Truth.NULL : wanted() >> (order + 1) & 1;
        }
    }

    private record OfReals(Real left, Real right, int wanted) implements Comparison {

        @Override
        public int order(Frame frame) {
            double one = left.of(frame);
            if (frame.absent) {
                return UNKNOWN;
            }
            double other = right.of(frame);
            return frame.absent ? UNKNOWN : one < other ? -1 : one > other ? 1 : 0;
        }
    }

    private record OfWholes(Whole left, Whole right, int wanted) implements Comparison {

        @Override
        public int order(Frame frame) {
            long one = left.of(frame);
            if (frame.absent) {
                return UNKNOWN;
            }
            long other = right.of(frame);
            return frame.absent ? UNKNOWN : Long.compare(one, other);
        }
    }

    private record OfTexts(Text left, Text right, int wanted) implements Comparison {

        @Override
        public int order(Frame frame) {
            StringData one = left.of(frame);
            StringData other = one == null ? null : right.of(frame);
            return other == null ? UNKNOWN : Texts.compare(one, other);
        }
    }

    /** Texts of which only matters whether they are equal. */
    private record EqualTexts(Text left, Text right, int wanted) implements Comparison {

        @Override
        public int order(Frame frame) {
            StringData one = left.of(frame);
            StringData other = one == null ? null : right.of(frame);
            if (other == null) {
                return UNKNOWN;
            }
            return Arrays.equals(one.toBytes(), other.toBytes()) ? 0 : 1;
        }
    }

    private record OfTruths(Truth left, Truth right, int wanted) implements Comparison {

        @Override
        public int order(Frame frame) {
            int one = left.of(frame);
            int other = right.of(frame);
            return one == Truth.NULL || other == Truth.NULL ? UNKNOWN : Integer.compare(one, other);
        }
    }

    /** IS [NOT] DISTINCT FROM: two NULLs are alike. */
    private record Distinct(Value left, Value right, Comparison differ, boolean wanted) implements Truth {

        @Override
        public int of(Frame frame) {
            int answer = differ.of(frame);
            boolean isDistinct =
                    answer == Truth.NULL ? left.isNull(frame) != right.isNull(frame) : answer == Truth.TRUE;
            return isDistinct == wanted ? Truth.TRUE : Truth.FALSE;
        }
    }

    private record BetterReal(Real left, Real right, int wanted) implements Real {

        @Override
        public double of(Frame frame) {
            double a = left.of(frame);
            if (frame.absent) {
                return 0.0;
            }
            double b = right.of(frame);
            return (wanted > 0 ? b > a : b < a) ? b : a;
        }
    }

    private record BetterWhole(Whole left, Whole right, int wanted) implements Whole {

        @Override
        public long of(Frame frame) {
            long a = left.of(frame);
            if (frame.absent) {
                return 0;
            }
            long b = right.of(frame);
            return wanted > 0 ? Math.max(a, b) : Math.min(a, b);
        }
    }

    private record BetterText(Text left, Text right, int wanted) implements Text {

        @Override
        public StringData of(Frame frame) {
            StringData a = left.of(frame);
            StringData b = right.of(frame);
            if (a == null || b == null) {
                return null;
            }
            return Texts.compare(b, a) == wanted ? b : a;
        }
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
        return comparison(arguments, (less ? LESS : 0) | (equal ? EQUAL : 0) | (greater ? GREATER : 0));
    }

    private static Comparison comparison(List<Value> arguments, int wanted) {
        Value left = Operations.argument(arguments, 0, 2);
        checkAlike(arguments);
        Value right = arguments.get(1);
        if (left instanceof Real real) {
            return new OfReals(real, (Real) right, wanted);
        }
        if (left instanceof Whole whole) {
            return new OfWholes(whole, (Whole) right, wanted);
        }
        if (left instanceof Text text) {
            boolean isOrdered = (wanted & LESS) > 0 != (wanted & GREATER) > 0;
            return isOrdered ? new OfTexts(text, (Text) right, wanted) : new EqualTexts(text, (Text) right, wanted);
        }
        return new OfTruths((Truth) left, (Truth) right, wanted);
    }

    /** Whether a value equals one of some literals. */
    static Truth oneOf(Value operand, List<Value> choices) {
        List<Truth> tests = choices.stream()
                .map(choice -> compare(List.of(operand, choice), false, true, false))
                .toList();
        return Operations.joined(tests, Truth.TRUE);
    }

    static Truth distinct(List<Value> arguments, boolean wanted) {
        Comparison differ = comparison(arguments, LESS | GREATER);
        return new Distinct(arguments.get(0), arguments.get(1), differ, wanted);
    }

    /** The greater (1) or less (-1) of two values; NULL when either is. */
    static Value better(Value left, Value right, int wanted) {
        if (left instanceof Real one && right instanceof Real other) {
            return new BetterReal(one, other, wanted);
        }
        if (left instanceof Whole one && right instanceof Whole other) {
            return new BetterWhole(one, other, wanted);
        }
        if (left instanceof Text one && right instanceof Text other) {
            return new BetterText(one, other, wanted);
        }
        throw new ValidationException("it takes numbers or texts");
    }
}
