package minibroker.subquery;

import org.apache.flink.table.data.StringData;

/** A compiled expression; its interface is its type. */
sealed interface Value {

    /** Put what it is into a slot; return whether it is not NULL. */
    boolean load(Slot slot, Frame frame);

    default boolean isNull(Frame frame) {
        return !load(new Slot(), frame);
    }

    /** TRUE, FALSE or NULL. */
    non-sealed interface Truth extends Value {

        int FALSE = 0;
        int TRUE = 1;
        int NULL = -1;

        int of(Frame frame);

        @Override
        default boolean load(Slot slot, Frame frame) {
            int answer = of(frame);
            slot.whole = answer;
            return answer != NULL;
        }
    }

    /** BIGINT; NULL when the frame says so afterwards. */
    non-sealed interface Whole extends Value {

        long of(Frame frame);

        @Override
        default boolean load(Slot slot, Frame frame) {
            slot.whole = of(frame);
            return !frame.absent;
        }
    }

    /** DOUBLE; NULL when the frame says so afterwards. NaN and the infinities may pass through. */
    non-sealed interface Real extends Value {

        double of(Frame frame);

        @Override
        default boolean load(Slot slot, Frame frame) {
            slot.real = of(frame);
            return !frame.absent;
        }
    }

    /** STRING, or null. */
    non-sealed interface Text extends Value {

        StringData of(Frame frame);

        @Override
        default boolean load(Slot slot, Frame frame) {
            slot.text = of(frame);
            return slot.text != null;
        }
    }

    /** A value of which only the presence can be asked: a record, a list, bytes. */
    non-sealed interface Other extends Value {

        boolean isPresent(Frame frame);

        @Override
        default boolean load(Slot slot, Frame frame) {
            return isPresent(frame);
        }
    }

    /** The name of a value's type, for messages. */
    static String type(Value value) {
        if (value instanceof Truth) {
            return "BOOLEAN";
        }
        if (value instanceof Whole) {
            return "BIGINT";
        }
        if (value instanceof Real) {
            return "DOUBLE";
        }
        return value instanceof Text ? "STRING" : "no single value";
    }

    /** The value as Flink's own data structures hold it. */
    static Object box(Value value, Frame frame) {
        if (value instanceof Truth truth) {
            int answer = truth.of(frame);
            return answer == Truth.NULL ? null : (Object) (answer == Truth.TRUE);
        }
        if (value instanceof Whole whole) {
            long number = whole.of(frame);
            return frame.absent ? null : (Object) number;
        }
        if (value instanceof Real real) {
            double number = real.of(frame);
            return frame.absent ? null : (Object) number;
        }
        return ((Text) value).of(frame);
    }
}
