package minibroker.subquery;

import minibroker.subquery.Value.Whole;

/** Exact arithmetic of BIGINT: a result that leaves 64 bits is NULL. */
final class Integers {

    interface SingleOperator {
        long of(long number, Frame frame);
    }

    interface PairOperator {
        long of(long left, long right, Frame frame);
    }

    record Single(Whole operand, SingleOperator operator) implements Whole {

        @Override
        public long of(Frame frame) {
            return operator.of(operand.of(frame), frame);
        }
    }

    record Pair(Whole left, Whole right, PairOperator operator) implements Whole {

        @Override
        public long of(Frame frame) {
            long first = left.of(frame);
            return frame.absent ? 0 : operator.of(first, right.of(frame), frame);
        }
    }

    private Integers() {}

    static long add(long a, long b, Frame frame) {
        long sum = a + b;
        frame.absent |= ((a ^ sum) & (b ^ sum)) < 0;
        return sum;
    }

    static long subtract(long a, long b, Frame frame) {
        long difference = a - b;
        frame.absent |= ((a ^ b) & (a ^ difference)) < 0;
        return difference;
    }

    static long multiply(long a, long b, Frame frame) {
        long product = a * b;
        frame.absent |= Math.multiplyHigh(a, b) != product >> 63;
        return product;
    }

    /** With the sign of the dividend; NULL where the divisor is zero. */
    static long remainder(long a, long b, Frame frame) {
        frame.absent |= b == 0;
        return frame.absent ? 0 : a % b;
    }

    static long negate(long number, Frame frame) {
        frame.absent |= number == Long.MIN_VALUE;
        return -number;
    }

    static long absolute(long number, Frame frame) {
        frame.absent |= number == Long.MIN_VALUE;
        return Math.abs(number);
    }
}
