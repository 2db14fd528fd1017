package minibroker.subquery;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import minibroker.subquery.Value.Other;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;

/**
 * Compiles the text of a sub-query: {@code (select condition value)}, or {@code (select condition value c1 c2 ...)}
 * over as many parts as there are conditions of their own.
 *
 * <p>The condition is asked of every element. The value is made of aggregates, outer values and constants; fields of the
 * element stand inside of aggregates only. Whatever is wrong with a text is a ValidationException here: a program
 * that was compiled never fails.
 */
final class Planner {

    /** The condition of an element: one part's own one beside that of all, if it is of this part. */
    private record OfPart(int part, Truth own, Truth condition) implements Truth {

        @Override
        public int of(Frame frame) {
            if (frame.part == part && own.of(frame) != Truth.TRUE) {
                return Truth.FALSE;
            }
            return condition.of(frame);
        }
    }

    private final List<RowType> parts;
    private final RowType outer;
    private Walk walk;

    private boolean isInElement = true;
    private List<RowType> elements;
    // The parts whose elements a field may be of: all of them, or the one whose own condition is read.

    private Planner(List<RowType> parts, RowType outer) {
        this.parts = parts;
        this.elements = parts;
        this.outer = outer;
    }

    /** The number of parts that a text goes through. */
    static int parts(String text) {
        return Math.max(1, conditions(Form.read(text)));
    }

    private static int conditions(Form form) {
        int conditions = form.head().equals("select") ? form.arguments().size() - 2 : -1;
        if (conditions < 0) {
            throw new ValidationException("a program is (select condition value)");
        }
        return conditions;
    }

    /** Compile a text for the elements of each part and outer values of these types. */
    static Program plan(String text, List<RowType> parts, RowType outer) {
        return plan(text, parts, outer, new HashMap<>());
    }

    /** Compile a text whose walk may be one of these already; if not it is put among them. */
    static Program plan(String text, List<RowType> parts, RowType outer, Map<List<Object>, Walk> walks) {
        Form form = Form.read(text);
        int conditions = conditions(form);
        if (parts.size() != Math.max(1, conditions)) {
            throw new ValidationException("a program has a condition for each of several parts");
        }
        Planner planner = new Planner(parts, outer);
        Form where = form.arguments().get(0);
        List<Form> own = form.arguments().subList(2, form.arguments().size());
        planner.walk = walks.computeIfAbsent(List.of(where, own, parts, outer), key -> planner.walk(where, own));
        planner.isInElement = false;
        Value result = planner.value(form.arguments().get(1));
        if (result instanceof Other) {
            throw new ValidationException("the result is no single value");
        }
        return new Program(planner.walk, result);
    }

    private Walk walk(Form where, List<Form> own) {
        Truth condition = Operations.truth(value(where));
        for (int part = own.size() - 1; part >= 0; part--) {
            condition = new OfPart(part, own(own.get(part), part), condition);
        }
        int[] widths = parts.stream().mapToInt(RowType::getFieldCount).toArray();
        return new Walk(condition, widths);
    }

    private Truth own(Form condition, int part) {
        elements = new ArrayList<>(Collections.nCopies(parts.size(), null));
        elements.set(part, parts.get(part));
        Truth own = Operations.truth(value(condition));
        elements = parts;
        return own;
    }

    private Value value(Form form) {
        if (!form.isList()) {
            return Literals.read(form);
        }
        List<Form> arguments = form.arguments();
        String head = form.head();
        switch (head) {
            case "null":
                return Literals.nullOf(word(arguments, 0, 1, false));
            case "field":
                return field(arguments);
            case "outer":
                return Fields.outer(outer, position(word(arguments, 0, 1, false)), parts.size());
            case "in":
                return in(arguments);
            case "like":
                return Patterns.like(text(arguments), word(arguments, 1, 2, true));
            case "matches":
                return Patterns.matches(text(arguments), word(arguments, 1, 2, true));
            case "aggregate":
                if (isInElement) {
                    throw new ValidationException("an aggregate stands inside of another or of the condition");
                }
                return walk.gather(form, () -> gathering(arguments)).result();
            default:
                return Operations.apply(head, values(arguments));
        }
    }

    private List<Value> values(List<Form> forms) {
        // A loop: a stream would take several frames of the stack for each level of a program.
        List<Value> values = new ArrayList<>();
        for (Form form : forms) {
            values.add(value(form));
        }
        return values;
    }

    private Value field(List<Form> path) {
        if (!isInElement) {
            throw new ValidationException("a field stands outside of every aggregate");
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < path.size(); i++) {
            names.add(word(path, i, path.size(), true));
        }
        return Fields.element(elements, names);
    }

    private Value in(List<Form> arguments) {
        if (arguments.size() < 2) {
            throw new ValidationException("operation 'in' takes a value and constants");
        }
        List<Form> choices = arguments.subList(1, arguments.size());
        if (choices.stream().anyMatch(Form::isList)) {
            throw new ValidationException("operation 'in' takes constants");
        }
        return Comparisons.oneOf(value(arguments.get(0)), values(choices));
    }

    private Text text(List<Form> arguments) {
        if (arguments.isEmpty()) {
            throw new ValidationException("a pattern needs a text to be looked for in");
        }
        return Operations.text(List.of(value(arguments.get(0))), 0, 1);
    }

    private static String word(List<Form> forms, int index, int count, boolean isText) {
        if (forms.size() != count
                || forms.get(index).isList()
                || forms.get(index).isText() != isText) {
            throw new ValidationException("expected a " + (isText ? "text in quotes" : "word") + " in " + forms);
        }
        return forms.get(index).word();
    }

    private static int position(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new ValidationException("'" + word + "' is no position", e);
        }
    }

    private Gathering.Into gathering(List<Form> arguments) {
        if (arguments.isEmpty() || arguments.get(0).isList()) {
            throw new ValidationException("an aggregate has a name");
        }
        isInElement = true;
        List<Value> operands = values(arguments.subList(1, arguments.size()));
        isInElement = false;
        return gathering(arguments.get(0).word(), operands);
    }

    private static Gathering.Into gathering(String name, List<Value> operands) {
        if (operands.isEmpty()) {
            Truth each = frame -> Truth.TRUE;
            return switch (name) {
                case "exists" -> new Gathering.OfValues(each, new Aggregate.Exists());
                case "count" -> new Gathering.OfValues(each, new Aggregate.Count());
                default -> throw new ValidationException("there is no aggregate '" + name + "' of nothing");
            };
        }
        return switch (name) {
            case "count" -> new Gathering.OfValues(Operations.one(operands), new Aggregate.Count());
            case "count-distinct" -> distinct(Operations.one(operands));
            case "sum" ->
                Operations.isWhole(operands)
                        ? new Gathering.OfValues(Operations.one(operands), new Aggregate.WholeSum())
                        : ofReals(operands, new Aggregate.Sum(false));
            case "avg" -> ofReals(operands, new Aggregate.Sum(true));
            case "stddev_samp" -> ofReals(operands, new Aggregate.Spread(true));
            case "var_samp" -> ofReals(operands, new Aggregate.Spread(false));
            case "median" -> ofReals(operands, new Aggregate.Median());
            case "regr_slope" ->
                new Gathering.OfPairs(
                        Operations.real(operands, 0, 2), Operations.real(operands, 1, 2), new Aggregate.Slope());
            case "min" -> extreme(Operations.one(operands), -1);
            case "max" -> extreme(Operations.one(operands), 1);
            case "arg_min" -> beside(Operations.argument(operands, 0, 2), operands.get(1), -1);
            case "arg_max" -> beside(Operations.argument(operands, 0, 2), operands.get(1), 1);
            case "bool_and" -> ofTruths(operands, new Aggregate.Verdict(Truth.FALSE));
            case "bool_or" -> ofTruths(operands, new Aggregate.Verdict(Truth.TRUE));
            default -> throw new ValidationException("there is no aggregate '" + name + "'");
        };
    }

    private static Gathering.Into ofReals(List<Value> operands, Aggregate.OfValues aggregate) {
        return new Gathering.OfValues(Operations.real(operands, 0, 1), aggregate);
    }

    private static Gathering.Into ofTruths(List<Value> operands, Aggregate.OfValues aggregate) {
        return new Gathering.OfValues(Operations.truth(Operations.one(operands)), aggregate);
    }

    private static Gathering.Into distinct(Value operand) {
        if (operand instanceof Other) {
            throw new ValidationException("only single values can be told apart");
        }
        Aggregate.OfValues aggregate = operand instanceof Text
                ? new Aggregate.CountTexts()
                : new Aggregate.CountNumbers(operand instanceof Real);
        return new Gathering.OfValues(operand, aggregate);
    }

    private static Gathering.Into extreme(Value key, int wanted) {
        checkOrdered(key, key);
        return new Gathering.OfValues(key, new Aggregate.Extreme(key, wanted));
    }

    private static Gathering.Into beside(Value operand, Value key, int wanted) {
        checkOrdered(operand, key);
        return new Gathering.OfPairs(operand, key, new Aggregate.Beside(operand, key, wanted));
    }

    private static void checkOrdered(Value operand, Value key) {
        boolean isOrdered = key instanceof Real || key instanceof Whole || key instanceof Text;
        if (operand instanceof Other || !isOrdered) {
            throw new ValidationException("the least and the greatest are of numbers or texts");
        }
    }
}
