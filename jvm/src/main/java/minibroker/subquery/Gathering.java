package minibroker.subquery;

import java.util.List;

/** What is done with each element that counts. */
interface Gathering {

    void take(Frame frame);

    /** One aggregate's part in it. */
    interface Into extends Gathering {

        Aggregate aggregate();
    }

    /** A value of each element goes into an aggregate. */
    record OfValues(Value operand, Aggregate.OfValues aggregate) implements Into {

        @Override
        public void take(Frame frame) {
            Slot value = new Slot();
            if (operand.load(value, frame)) {
                aggregate.add(value);
            }
        }
    }

    /** Two values of each element go into an aggregate. */
    record OfPairs(Value left, Value right, Aggregate.OfPairs aggregate) implements Into {

        @Override
        public void take(Frame frame) {
            Slot first = new Slot();
            Slot second = new Slot();
            if (left.load(first, frame) && right.load(second, frame)) {
                aggregate.add(first, second);
            }
        }
    }

    /** One thing is done, then another. */
    record Both(Gathering first, Gathering second) implements Gathering {

        @Override
        public void take(Frame frame) {
            first.take(frame);
            second.take(frame);
        }
    }

    /** All of these, in turn. */
    static Gathering all(List<? extends Gathering> gatherings) {
        int size = gatherings.size();
        if (size < 2) {
            return size == 0 ? frame -> {} : gatherings.get(0);
        }
        // By halves: hundreds of aggregates do not nest deeply.
        return new Both(all(gatherings.subList(0, size / 2)), all(gatherings.subList(size / 2, size)));
    }
}
