package minibroker.subquery;

import org.apache.flink.table.data.StringData;

/** A value of any type, without a box; a truth is a whole number here. */
final class Slot {

    double real;
    long whole;
    StringData text;

    void set(Slot other) {
        real = other.real;
        whole = other.whole;
        text = other.text;
    }
}
