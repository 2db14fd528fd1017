package minibroker.subquery;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.data.StringData;

/** Something that is gathered from an array's elements, in their order, as DuckDB gathers it. */
abstract class Aggregate {

    long count;
    // Elements that were not NULL.

    void reset() {
        count = 0;
    }

    abstract void add(Frame frame);

    /** What was gathered. */
    abstract Value result();

    /** Whether there was an element at all. */
    static final class Exists extends Aggregate {

        @Override
        void add(Frame frame) {
            count = 1;
        }

        @Override
        Value result() {
            return (Truth) frame -> count > 0 ? Truth.TRUE : Truth.FALSE;
        }
    }

    /** Counts the elements, or those in which a value is not NULL. */
    static final class Count extends Aggregate {

        private final Value operand;

        Count(Value operand) {
            this.operand = operand;
        }

        @Override
        void add(Frame frame) {
            if (operand == null || !Value.isNull(operand, frame)) {
                count++;
            }
        }

        @Override
        Value result() {
            return whole(this, () -> count, 0);
        }
    }

    /** Counts different numbers, by sorting them. */
    static final class CountNumbers extends Aggregate {

        private final Value operand;
        private long[] seen = new long[16];

        CountNumbers(Value operand) {
            this.operand = operand;
        }

        @Override
        void add(Frame frame) {
            long bits;
            if (operand instanceof Real real) {
                // Adding a zero makes one number of 0.0 and -0.0.
                bits = Double.doubleToLongBits(real.of(frame) + 0.0);
            } else if (operand instanceof Whole whole) {
                bits = whole.of(frame);
            } else {
                bits = ((Truth) operand).of(frame);
                frame.absent = bits == Truth.NULL;
            }
            if (frame.absent) {
                return;
            }
            if (count == seen.length) {
                seen = Arrays.copyOf(seen, 2 * seen.length);
            }
            seen[(int) count++] = bits;
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
    static final class CountTexts extends Aggregate {

        private final Text operand;
        private final Set<StringData> seen = new HashSet<>();

        CountTexts(Text operand) {
            this.operand = operand;
        }

        @Override
        void reset() {
            seen.clear();
        }

        @Override
        void add(Frame frame) {
            StringData text = operand.of(frame);
            if (text != null) {
                seen.add(text);
            }
        }

        @Override
        Value result() {
            return whole(this, seen::size, 0);
        }
    }

    /** The sum of integers: exact, NULL where it leaves 64 bits. */
    static final class WholeSum extends Aggregate {

        private final Whole operand;
        private long low;
        private long high;
        // A number of 128 bits.

        WholeSum(Whole operand) {
            this.operand = operand;
        }

        @Override
        void reset() {
            count = 0;
            low = 0;
            high = 0;
        }

        @Override
        void add(Frame frame) {
            long number = operand.of(frame);
            if (!frame.absent) {
                count++;
                low += number;
                high += (number >> 63) + (Long.compareUnsigned(low, number) < 0 ? 1 : 0);
            }
        }

        @Override
        Value result() {
            return (Whole) frame -> {
                frame.absent = count == 0 || high != low >> 63;
                return low;
            };
        }
    }

    /** A DOUBLE from the DOUBLEs of the elements. */
    abstract static class OfReals extends Aggregate {

        private final Real operand;

        OfReals(Real operand) {
            this.operand = operand;
        }

        @Override
        void add(Frame frame) {
            double number = operand.of(frame);
            if (!frame.absent) {
                count++;
                gather(number);
            }
        }

        abstract void gather(double number);
    }

    /** The sum, or the mean. */
    static final class Sum extends OfReals {

        private final boolean isMean;
        private double sum;

        Sum(Real operand, boolean isMean) {
            super(operand);
            this.isMean = isMean;
        }

        @Override
        void reset() {
            count = 0;
            sum = 0.0;
        }

        @Override
        void gather(double number) {
            sum += number;
        }

        @Override
        Value result() {
            return real(this, () -> isMean ? sum / count : sum, 1);
        }
    }

    /** The variance of a sample by Welford's recurrence, or its root. */
    static final class Spread extends OfReals {

        private final boolean isRoot;
        private double mean;
        private double squares;

        Spread(Real operand, boolean isRoot) {
            super(operand);
            this.isRoot = isRoot;
        }

        @Override
        void reset() {
            count = 0;
            mean = 0.0;
            squares = 0.0;
        }

        @Override
        void gather(double number) {
            double before = mean;
            mean += (number - before) / count;
            squares += (number - mean) * (number - before);
        }

        @Override
        Value result() {
            return real(this, () -> isRoot ? Math.sqrt(squares / (count - 1)) : squares / (count - 1), 2);
        }
    }

    /** The middle number, or the mean of the middle two. */
    static final class Median extends OfReals {

        private double[] seen = new double[16];

        Median(Real operand) {
            super(operand);
        }

        @Override
        void gather(double number) {
            if (count > seen.length) {
                seen = Arrays.copyOf(seen, 2 * seen.length);
            }
            seen[(int) count - 1] = number;
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

    /** The slope of the line through points; fused where DuckDB's build for x86-64 fuses. */
    static final class Slope extends Aggregate {

        private final Real ordinate;
        private final Real abscissa;
        private double meanX;
        private double meanY;
        private double products;
        private double squares;

        Slope(Real ordinate, Real abscissa) {
            this.ordinate = ordinate;
            this.abscissa = abscissa;
        }

        @Override
        void reset() {
            count = 0;
            meanX = 0.0;
            meanY = 0.0;
            products = 0.0;
            squares = 0.0;
        }

        @Override
        void add(Frame frame) {
            double y = ordinate.of(frame);
            if (frame.absent) {
                return;
            }
            double x = abscissa.of(frame);
            if (frame.absent) {
                return;
            }
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

    /** The smallest or largest value, or what stands beside the first such. */
    static final class Extreme extends Aggregate {

        private final Value operand;
        private final Value key;
        private final int wanted;
        private final boolean takesLast;
        private final Slot candidate = new Slot();
        private final Slot beside = new Slot();
        private final Slot best = new Slot();
        private final Slot chosen = new Slot();

        /** {@code wanted} is -1 for the smallest; {@code operand} and {@code key} may be one. */
        Extreme(Value operand, Value key, int wanted) {
            this.operand = operand;
            this.key = key;
            this.wanted = wanted;
            this.takesLast = operand == key;
        }

        @Override
        void add(Frame frame) {
            if (operand != key && !beside.load(operand, frame)) {
                return;
            }
            if (!candidate.load(key, frame)) {
                return;
            }
            int order = count == 0 ? wanted : candidate.compareTo(best, key);
            if (order == wanted || (order == 0 && takesLast)) {
                best.set(candidate);
                chosen.set(operand == key ? candidate : beside);
            }
            count++;
        }

        @Override
        Value result() {
            if (operand instanceof Real) {
                return real(this, () -> chosen.real, 1);
            }
            if (operand instanceof Whole) {
                return whole(this, () -> chosen.whole, 1);
            }
            if (operand instanceof Truth) {
                return (Truth) frame -> count == 0 ? Truth.NULL : (int) chosen.whole;
            }
            return (Text) frame -> count == 0 ? null : chosen.text;
        }
    }

    /** Whether a condition held in all elements, or in any; where it is NULL it does not count. */
    static final class Verdict extends Aggregate {

        private final Truth operand;
        private final int deciding;
        private boolean isDecided;

        /** {@code deciding} is the answer that one element suffices for. */
        Verdict(Truth operand, int deciding) {
            this.operand = operand;
            this.deciding = deciding;
        }

        @Override
        void reset() {
            count = 0;
            isDecided = false;
        }

        @Override
        void add(Frame frame) {
            int answer = operand.of(frame);
            if (answer != Truth.NULL) {
                count++;
                isDecided |= answer == deciding;
            }
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

    /** A value of any type, kept without an object for it. */
    private static final class Slot {

        double real;
        long whole;
        StringData text;

        boolean load(Value value, Frame frame) {
            if (value instanceof Real number) {
                real = number.of(frame);
                return !frame.absent;
            }
            if (value instanceof Whole number) {
                whole = number.of(frame);
                return !frame.absent;
            }
            if (value instanceof Truth truth) {
                whole = truth.of(frame);
                return whole != Truth.NULL;
            }
            text = ((Text) value).of(frame);
            return text != null;
        }

        void set(Slot other) {
            real = other.real;
            whole = other.whole;
            text = other.text;
        }

        int compareTo(Slot other, Value value) {
            if (value instanceof Real) {
                return real < other.real ? -1 : real > other.real ? 1 : 0;
            }
            return value instanceof Text ? Texts.compare(text, other.text) : Long.compare(whole, other.whole);
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
