package minibroker.avro;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import minibroker.avro.Schema.Field;
import minibroker.avro.Schema.Kind;

/**
 * Goes past a value without making anything of it.
 *
 * <p>Skipping finds the faults that reading finds, so that whether a packet is broken does not depend on the columns
 * that somebody asked for. The one exception, array blocks that say their length in bytes, is the caller's choice.
 */
abstract class Skipper {

    int size = Cursor.VARIABLE;
    // Bytes of a value, when it is the same for all.

    abstract void skip(Cursor cursor);

    /** Values one after the other: neighbours of fixed size are one step, a value that may be null is a test and a step. */
    private static final class Steps extends Skipper {

        private static final int FIXED = 0;
        private static final int FIXED_OR_NULL = 1;
        // Argument: twice the bytes, plus the null's branch.
        private static final int UNLESS_NULL = 2;
        // Argument: the null's branch. The next step is left out when it is null.
        private static final int INT = 3;
        private static final int LONG = 4;
        private static final int TEXT = 5;
        private static final int BYTES = 6;
        private static final int ENUM = 7;
        private static final int NESTED = 8;

        private int[] program = {};
        private Skipper[] nested = {};
        // Steps and their arguments in turn; a nested step's argument is its place in the second array.

        @Override
        void skip(Cursor cursor) {
            int[] steps = program;
            for (int i = 0; i < steps.length; i += 2) {
                int argument = steps[i + 1];
                switch (steps[i]) {
                    case FIXED -> cursor.pass(argument);
                    case FIXED_OR_NULL -> {
                        if (!cursor.readNull(argument & 1)) {
                            cursor.pass(argument >> 1);
                        }
                    }
                    case UNLESS_NULL -> {
                        if (cursor.readNull(argument)) {
                            i += 2;
                        }
                    }
                    case INT -> cursor.readInt();
                    case LONG -> cursor.readLong();
                    case TEXT -> cursor.skipText();
                    case BYTES -> cursor.skipBytes();
                    case ENUM -> cursor.readIndex(argument);
                    default -> {
                        cursor.enter();
                        nested[argument].skip(cursor);
                        cursor.leave();
                    }
                }
            }
        }
    }

    /** The blocks of an array or a map. */
    private static final class Blocks extends Skipper {

        private final Skipper element;
        private final boolean everyElement;

        Blocks(Skipper element, boolean everyElement) {
            this.element = element;
            this.everyElement = everyElement;
        }

        @Override
        void skip(Cursor cursor) {
            for (long count; (count = cursor.readCount(element.size, !everyElement)) != Cursor.NO_MORE; ) {
                if (element.size >= 0) {
                    cursor.pass((int) (count * element.size));
                } else {
                    while (count-- > 0) {
                        element.skip(cursor);
                    }
                }
            }
        }
    }

    /** One of a union's branches. */
    private static final class Choice extends Skipper {

        private final Skipper[] branches;

        Choice(int count) {
            branches = new Skipper[count];
        }

        @Override
        void skip(Cursor cursor) {
            branches[cursor.readIndex(branches.length)].skip(cursor);
        }
    }

    /** Makes the skippers of one schema, each type's once: a record may hold itself. */
    static final class Compiler {

        private static final int DEEPEST = 64;

        private final Map<Schema, Skipper> made = new IdentityHashMap<>();
        private final boolean everyElement;
        private int depth;

        /**
         * @param everyElement whether to look into blocks that say their length in bytes too
         */
        Compiler(boolean everyElement) {
            this.everyElement = everyElement;
        }

        private Skipper of(Schema schema) {
            return schema.kind == Kind.RECORD ? nested(schema) : of(List.of(schema));
        }

        /** A skipper of values in a row. */
        Skipper of(List<Schema> schemas) {
            return fill(new Steps(), schemas);
        }

        private Steps fill(Steps steps, List<Schema> schemas) {
            if (++depth > DEEPEST) {
                throw new UndecodableException("the schema nests more than " + DEEPEST + " deep");
            }
            Assembly assembly = new Assembly();
            for (Schema schema : schemas) {
                add(schema, assembly);
            }
            depth--;
            steps.program = Arrays.copyOf(assembly.program, assembly.length);
            steps.nested = assembly.nested.toArray(Skipper[]::new);
            steps.size = assembly.size();
            return steps;
        }

        private void add(Schema schema, Assembly to) {
            switch (schema.kind) {
                case NULL -> {}
                case BOOLEAN -> to.fixed(1);
                case FLOAT -> to.fixed(Float.BYTES);
                case DOUBLE -> to.fixed(Double.BYTES);
                case FIXED -> to.fixed(schema.size);
                case INT -> to.step(Steps.INT, 0);
                case LONG -> to.step(Steps.LONG, 0);
                case STRING -> to.step(Steps.TEXT, 0);
                case BYTES -> to.step(Steps.BYTES, 0);
                case ENUM -> to.step(Steps.ENUM, schema.symbols.size());
                case UNION -> {
                    int nullBranch = nullOfTwo(schema);
                    if (nullBranch < 0) {
                        to.nested(nested(schema));
                    } else {
                        addOptional(schema.branches.get(1 - nullBranch), nullBranch, to);
                    }
                }
                case RECORD, ARRAY, MAP -> to.nested(nested(schema));
            }
        }

        private void addOptional(Schema schema, int nullBranch, Assembly to) {
            Assembly alone = new Assembly();
            add(schema, alone);
            int size = alone.size();
            if (size >= 0 && size <= Integer.MAX_VALUE >> 1) {
                to.step(Steps.FIXED_OR_NULL, size << 1 | nullBranch);
            } else {
                to.step(Steps.UNLESS_NULL, nullBranch);
                add(schema, to);
                to.open = false;
            }
        }

        /** Which of a union's two branches is the null, or -1 where it is not of that form. */
        static int nullOfTwo(Schema union) {
            for (int i = 0; i < 2 && union.branches.size() == 2; i++) {
                // A null or a union in the other branch would not be one step of the program.
                Kind other = union.branches.get(1 - i).kind;
                if (union.branches.get(i).kind == Kind.NULL && other != Kind.NULL && other != Kind.UNION) {
                    return i;
                }
            }
            return -1;
        }

        private Skipper nested(Schema schema) {
            Skipper known = made.get(schema);
            if (known != null) {
                return known;
            }
            return switch (schema.kind) {
                case RECORD -> {
                    Steps steps = new Steps();
                    made.put(schema, steps);
                    yield fill(steps, schema.fields.stream().map(Field::schema).toList());
                }
                case UNION -> {
                    Choice choice = new Choice(schema.branches.size());
                    made.put(schema, choice);
                    for (int i = 0; i < choice.branches.length; i++) {
                        choice.branches[i] = of(schema.branches.get(i));
                    }
                    yield choice;
                }
                case MAP -> blocks(schema, of(List.of(new Schema(Kind.STRING, "string"), schema.element)));
                default -> blocks(schema, of(schema.element));
            };
        }

        private Skipper blocks(Schema schema, Skipper element) {
            Blocks blocks = new Blocks(element, everyElement);
            made.put(schema, blocks);
            return blocks;
        }
    }

    /** The program of a {@link Steps} while it is written. */
    private static final class Assembly {

        private int[] program = new int[16];
        private int length;
        private final List<Skipper> nested = new ArrayList<>();
        private boolean open;
        // Whether the last step is a fixed one that the next can be added to.

        void step(int step, int argument) {
            if (length == program.length) {
                program = Arrays.copyOf(program, 2 * length);
            }
            program[length++] = step;
            program[length++] = argument;
            open = false;
        }

        void fixed(int bytes) {
            if (bytes == 0) {
                return;
            }
            if (open) {
                // More than 2 GB cannot be there, so the sum may stop at that.
                program[length - 1] = (int) Math.min(Integer.MAX_VALUE, (long) program[length - 1] + bytes);
                return;
            }
            step(Steps.FIXED, bytes);
            open = true;
        }

        void nested(Skipper skipper) {
            if (skipper.size >= 0) {
                fixed(skipper.size);
            } else {
                step(Steps.NESTED, nested.size());
                nested.add(skipper);
            }
        }

        int size() {
            return length == 0 ? 0 : open && length == 2 ? program[1] : Cursor.VARIABLE;
        }
    }
}
