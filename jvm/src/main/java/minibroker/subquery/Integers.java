package minibroker.subquery;

import minibroker.subquery.Value.Whole;

/** Exact arithmetic of BIGINT: a result that leaves 64 bits is NULL. */
final class Integers {

    interface Pair {
        Value of(Whole left, Whole right);
    }

    private Integers() {}

    static Whole add(Whole left, Whole right) {
        return frame -> {
            long a = left.of(frame);
            if (frame.absent) {
                return 0;
            }
            long b = right.of(frame);
            long sum = a + b;
            frame.absent |= ((a ^ sum) & (b ^ sum)) < 0;
            return sum;
        };
    }

    static Whole subtract(Whole left, Whole right) {
        return frame -> {
            long a = left.of(frame);
            if (frame.absent) {
                return 0;
            }
            long b = right.of(frame);
            long difference = a - b;
            frame.absent |= ((a ^ b) & (a ^ difference)) < 0;
            return difference;
        };
    }

    static Whole multiply(Whole left, Whole right) {
        return frame -> {
            long a = left.of(frame);
            if (frame.absent) {
                return 0;
            }
            long b = right.of(frame);
            long product = a * b;
            frame.absent |= Math.multiplyHigh(a, b) != product >> 63;
            return product;
        };
    }

    /** With the sign of the dividend; NULL where the divisor is zero. */
    static Whole remainder(Whole left, Whole right) {
        return frame -> {
            long a = left.of(frame);
            if (frame.absent) {
                return 0;
            }
            long b = right.of(frame);
            frame.absent |= b == 0;
            return frame.absent ? 0 : a % b;
        };
    }

    static Whole negate(Whole operand) {
        return frame -> {
            long number = operand.of(frame);
            frame.absent |= number == Long.MIN_VALUE;
            return -number;
        };
    }

    static Whole absolute(Whole operand) {
        return frame -> {
            long number = operand.of(frame);
            frame.absent |= number == Long.MIN_VALUE;
            return Math.abs(number);
        };
    }
}
