package minibroker.subquery;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.data.StringData;

/** Something that is gathered of values, in their order, as DuckDB gathers it. */
abstract class Aggregate {

    long count;
    // Values, or pairs of them, that were gathered: none is NULL.

    void reset() {
        count = 0;
    }

    /** What was gathered. */
    abstract Value result();

    /** Gathers single values. */
    abstract static class OfValues extends Aggregate {

        abstract void add(Slot value);
    }

    /** Gathers pairs of values. */
    abstract static class OfPairs extends Aggregate {

        abstract void add(Slot first, Slot second);
    }

    /** Whether there was a value at all. */
    static final class Exists extends OfValues {

        @Override
        void add(Slot value) {
            count = 1;
        }

        @Override
        Value result() {
            return (Truth) frame -> count > 0 ? Truth.TRUE : Truth.FALSE;
        }
    }

    /** Counts the values. */
    static final class Count extends OfValues {

        @Override
        void add(Slot value) {
            count++;
        }

        @Override
        Value result() {
            return whole(this, () -> count, 0);
        }
    }

    /** Counts different numbers, by sorting them. */
    static final class CountNumbers extends OfValues {

        private final boolean isReal;
        private long[] seen = new long[16];

        CountNumbers(boolean isReal) {
            this.isReal = isReal;
        }

        @Override
        void add(Slot value) {
            if (count == seen.length) {
                seen = Arrays.copyOf(seen, 2 * seen.length);
            }
            // Adding a zero makes one number of 0.0 and -0.0.
            seen[(int) count++] = isReal ? Double.doubleToLongBits(value.real + 0.0) : value.whole;
        }

        @Override
        Value result() {
            return whole(this, this::different, 0);
        }

        private long different() {
            Arrays.sort(seen, 0, (int) count);
            long different = count == 0 ? 0 : 1;
            for (int i = 1; i < count; i++) {
                different += seen[i] == seen[i - 1] ? 0 : 1;
            }
            return different;
        }
    }

    /** Counts different texts. */
    static final class CountTexts extends OfValues {

        private final Set<StringData> seen = new HashSet<>();

        @Override
        void reset() {
            seen.clear();
        }

        @Override
        void add(Slot value) {
            seen.add(value.text);
        }

        @Override
        Value result() {
            return whole(this, seen::size, 0);
        }
    }

    /** The sum of integers: exact, NULL where it leaves 64 bits. */
    static final class WholeSum extends OfValues {

        private long low;
        private long high;
        // A number of 128 bits.

        @Override
        void reset() {
            count = 0;
            low = 0;
            high = 0;
        }

        @Override
        void add(Slot value) {
            long number = value.whole;
            count++;
            low += number;
            high += (number >> 63) + (Long.compareUnsigned(low, number) < 0 ? 1 : 0);
        }

        @Override
        Value result() {
            return (Whole) frame -> {
                frame.absent = count == 0 || high != low >> 63;
                return low;
            };
        }
    }

    /** The sum of DOUBLEs, or their mean. */
    static final class Sum extends OfValues {

        private final boolean isMean;
        private double sum;

        Sum(boolean isMean) {
            this.isMean = isMean;
        }

        @Override
        void reset() {
            count = 0;
            sum = 0.0;
        }

        @Override
        void add(Slot value) {
            count++;
            sum += value.real;
        }

        @Override
        Value result() {
            return real(this, () -> isMean ? sum / count : sum, 1);
        }
    }

    /** The variance of a sample by Welford's recurrence, or its root. */
    static final class Spread extends OfValues {

        private final boolean isRoot;
        private double mean;
        private double squares;

        Spread(boolean isRoot) {
            this.isRoot = isRoot;
        }

        @Override
        void reset() {
            count = 0;
            mean = 0.0;
            squares = 0.0;
        }

        @Override
        void add(Slot value) {
            count++;
            double number = value.real;
            double before = mean;
            mean += (number - before) / count;
            squares += (number - mean) * (number - before);
        }

        @Override
        Value result() {
            return real(this, () -> isRoot ? Math.sqrt(squares / (count - 1)) : squares / (count - 1), 2);
        }
    }

    /** The middle DOUBLE, or the mean of the middle two. */
    static final class Median extends OfValues {

        private double[] seen = new double[16];

        @Override
        void add(Slot value) {
            if (count == seen.length) {
                seen = Arrays.copyOf(seen, 2 * seen.length);
            }
            seen[(int) count++] = value.real;
        }

        @Override
        Value result() {
            return real(this, this::middle, 1);
        }

        private double middle() {
            Arrays.sort(seen, 0, (int) count);
            int half = (int) (count / 2);
            return count % 2 == 1 ? seen[half] : seen[half - 1] * 0.5 + seen[half] * 0.5;
        }
    }

    /** The slope of the line through points, of y and x; fused where DuckDB's build for x86-64 fuses. */
    static final class Slope extends OfPairs {

        private double meanX;
        private double meanY;
        private double products;
        private double squares;

        @Override
        void reset() {
            count = 0;
            meanX = 0.0;
            meanY = 0.0;
            products = 0.0;
            squares = 0.0;
        }

        @Override
        void add(Slot first, Slot second) {
            double y = first.real;
            double x = second.real;
            count++;
            double dx = x - meanX;
            meanX += dx / count;
            meanY += (y - meanY) / count;
            products = Math.fma(dx, y - meanY, products);
            squares = Math.fma(x - meanX, dx, squares);
        }

        @Override
        Value result() {
            return real(this, () -> (products / count) / (squares / count), 1);
        }
    }

    /** The smallest or largest value. */
    static final class Extreme extends OfValues {

        private final Best best;

        Extreme(Value key, int wanted) {
            best = new Best(key, key, wanted);
        }

        @Override
        void add(Slot value) {
            // Of equal ones the last: 0.0 and -0.0 are equal.
            if (best.order(value, count) >= 0) {
                best.keep(value, value);
            }
            count++;
        }

        @Override
        Value result() {
            return best.result(this);
        }
    }

    /** What stands beside the first smallest or largest value. */
    static final class Beside extends OfPairs {

        private final Best best;

        Beside(Value operand, Value key, int wanted) {
            best = new Best(operand, key, wanted);
        }

        @Override
        void add(Slot first, Slot second) {
            if (best.order(second, count) > 0) {
                best.keep(second, first);
            }
            count++;
        }

        @Override
        Value result() {
            return best.result(this);
        }
    }

    /** Whether a condition held in all elements, or in any; where it is NULL it does not count. */
    static final class Verdict extends OfValues {

        private final int deciding;
        private boolean isDecided;

        /** {@code deciding} is the answer that one element suffices for. */
        Verdict(int deciding) {
            this.deciding = deciding;
        }

        @Override
        void reset() {
            count = 0;
            isDecided = false;
        }

        @Override
        void add(Slot value) {
            count++;
            isDecided |= value.whole == deciding;
        }

        @Override
        Value result() {
            return (Truth) frame -> {
                if (count == 0) {
                    return Truth.NULL;
                }
                return isDecided ? deciding : 1 - deciding;
            };
        }
    }

    /** The best key so far, and what is kept with it. */
    private static final class Best {

        private final Value operand;
        private final int wanted;
        private final boolean isReal;
        private final boolean isText;
        private final Slot key = new Slot();
        private final Slot chosen = new Slot();

        /** {@code wanted} is -1 for the smallest. */
        Best(Value operand, Value key, int wanted) {
            this.operand = operand;
            this.wanted = wanted;
            this.isReal = key instanceof Real;
            this.isText = key instanceof Text;
        }

        /** Whether another key is better (1), as good (0) or worse than the best of so many. */
        int order(Slot other, long count) {
            if (count == 0) {
                return 1;
            }
            if (isReal) {
                return wanted * (other.real < key.real ? -1 : other.real > key.real ? 1 : 0);
            }
            return wanted * (isText ? Texts.compare(other.text, key.text) : Long.compare(other.whole, key.whole));
        }

        void keep(Slot better, Slot beside) {
            key.set(better);
            chosen.set(beside);
        }

        Value result(Aggregate of) {
            if (operand instanceof Real) {
                return real(of, () -> chosen.real, 1);
            }
            if (operand instanceof Whole) {
                return whole(of, () -> chosen.whole, 1);
            }
            if (operand instanceof Truth) {
                return (Truth) frame -> of.count == 0 ? Truth.NULL : (int) chosen.whole;
            }
            return (Text) frame -> of.count == 0 ? null : chosen.text;
        }
    }

    private interface RealResult {
        double get();
    }

    private interface WholeResult {
        long get();
    }

    /** A DOUBLE that is NULL where fewer than {@code least} elements counted. */
    private static Real real(Aggregate of, RealResult result, int least) {
        return frame -> {
            frame.absent = of.count < least;
            return frame.absent ? 0.0 : result.get();
        };
    }

    private static Whole whole(Aggregate of, WholeResult result, int least) {
        return frame -> {
            frame.absent = of.count < least;
            return frame.absent ? 0 : result.get();
        };
    }
}
