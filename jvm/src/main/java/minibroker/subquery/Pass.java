package minibroker.subquery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import minibroker.subquery.Value.Truth;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;

/** Goes through elements. */
interface Pass {

    /** Go through the elements of one part; return whether all is certain, whatever else comes. */
    boolean through(ArrayData elements, int width, int part, RowData outer);

    /** What is done on the way: which elements count, what is done with these, and whether one of them is enough. */
    record Task(Truth where, Gathering gathering, boolean stopsEarly) {}

    /**
     * A pass in a class of its own, which is unloaded with it.
     *
     * <p>In a class that all passes share the JVM has to find and to call each node of a program for each element. In a
     * class whose constant the task is, all that hangs on it is constant too, since the fields of records and of
     * lambdas never change: HotSpot makes one piece of machine code of the loop and the whole program. A node that is
     * neither a record nor a lambda would end this, and so would an array of nodes.
     */
    static Pass of(Task task) {
        try {
            return (Pass) MethodHandles.lookup()
                    .defineHiddenClassWithClassData(Template.BYTES, task, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The class that the passes' classes are copies of. */
    final class Template {

        private static final byte[] BYTES = read();

        private Template() {}

        private static byte[] read() {
            try (InputStream stream = Pass.class.getResourceAsStream("Pass$OfTask.class")) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Its copies have a task each. */
    final class OfTask implements Pass {

        private static final Task TASK = task();

        OfTask() {}

        private static Task task() {
            try {
                return MethodHandles.classData(MethodHandles.lookup(), "_", Task.class);
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean through(ArrayData elements, int width, int part, RowData outer) {
            // A new one, and no method of its own for an element: HotSpot keeps a frame that nobody else sees in
            // registers.
            Frame frame = new Frame(part, outer);
            int size = elements.size();
            for (int i = 0; i < size; i++) {
                frame.element = elements.isNullAt(i) ? null : elements.getRow(i, width);
                if (TASK.where().of(frame) == Truth.TRUE) {
                    TASK.gathering().take(frame);
                    if (TASK.stopsEarly()) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
