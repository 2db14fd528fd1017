package minibroker.subquery;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Text;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.StringData;

/** What can be done with values, by name; the meaning is that of the compiler's operations. */
final class Operations {

    /** How a call becomes a value; the arguments' types decide which one. */
    private interface Rule {
        Value of(List<Value> arguments);
    }

    private interface RealPair {
        double of(double left, double right);
    }

    private record Single(Real operand, DoubleUnaryOperator operator) implements Real {

        @Override
        public double of(Frame frame) {
            return operator.applyAsDouble(operand.of(frame));
        }
    }

    private record Pair(Real left, Real right, RealPair operator) implements Real {

        @Override
        public double of(Frame frame) {
            double first = left.of(frame);
            return frame.absent ? 0.0 : operator.of(first, right.of(frame));
        }
    }

    private record Finite(Real operand) implements Real {

        @Override
        public double of(Frame frame) {
            double number = operand.of(frame);
            frame.absent |= !(Math.abs(number) <= Double.MAX_VALUE);
            return number;
        }
    }

    private record SignOfReal(Real operand) implements Whole {

        @Override
        public long of(Frame frame) {
            return (long) Math.signum(operand.of(frame));
        }
    }

    private record ToDouble(Whole operand) implements Real {

        @Override
        public double of(Frame frame) {
            return (double) operand.of(frame);
        }
    }

    private record RealChoice(Truth condition, Real then, Real otherwise) implements Real {

        @Override
        public double of(Frame frame) {
            return condition.of(frame) == Truth.TRUE ? then.of(frame) : otherwise.of(frame);
        }
    }

    private record WholeChoice(Truth condition, Whole then, Whole otherwise) implements Whole {

        @Override
        public long of(Frame frame) {
            return condition.of(frame) == Truth.TRUE ? then.of(frame) : otherwise.of(frame);
        }
    }

    private record TextChoice(Truth condition, Text then, Text otherwise) implements Text {

        @Override
        public StringData of(Frame frame) {
            return condition.of(frame) == Truth.TRUE ? then.of(frame) : otherwise.of(frame);
        }
    }

    private record TruthChoice(Truth condition, Truth then, Truth otherwise) implements Truth {

        @Override
        public int of(Frame frame) {
            return condition.of(frame) == Truth.TRUE ? then.of(frame) : otherwise.of(frame);
        }
    }

    private record Joined(Truth first, Truth second, int deciding) implements Truth {

        @Override
        public int of(Frame frame) {
            int one = first.of(frame);
            if (one == deciding) {
                return deciding;
            }
            int other = second.of(frame);
            return one == Truth.NULL && other != deciding ? Truth.NULL : other;
        }
    }

    private record Not(Truth term) implements Truth {

        @Override
        public int of(Frame frame) {
            int answer = term.of(frame);
            return answer == Truth.NULL ? Truth.NULL : 1 - answer;
        }
    }

    private record IsNull(Value operand, boolean wanted) implements Truth {

        @Override
        public int of(Frame frame) {
            return operand.isNull(frame) == wanted ? Truth.TRUE : Truth.FALSE;
        }
    }

    private record Is(Truth operand, int asked, boolean wanted) implements Truth {

        @Override
        public int of(Frame frame) {
            return (operand.of(frame) == asked) == wanted ? Truth.TRUE : Truth.FALSE;
        }
    }

    private static final Map<String, Rule> RULES = new HashMap<>();

    static {
        RULES.put("add", arguments -> arithmetic(arguments, (a, b) -> a + b, Integers::add));
        RULES.put("subtract", arguments -> arithmetic(arguments, (a, b) -> a - b, Integers::subtract));
        RULES.put("multiply", arguments -> arithmetic(arguments, (a, b) -> a * b, Integers::multiply));
        RULES.put("divide", arguments -> pair(arguments, (a, b) -> a / b));
        RULES.put("power", arguments -> pair(arguments, Math::pow));
        RULES.put("arc-tangent-2", arguments -> pair(arguments, Math::atan2));
        RULES.put("remainder", arguments -> pair(arguments, Integers::remainder));
        RULES.put("negate", arguments -> signed(arguments, x -> -x, Integers::negate));
        RULES.put("absolute", arguments -> signed(arguments, Math::abs, Integers::absolute));
        RULES.put("finite", arguments -> new Finite(real(arguments, 0, 1)));
        RULES.put("sign", Operations::sign);
        RULES.put("to-double", arguments -> new ToDouble(whole(arguments, 0, 1)));
        RULES.put("unsigned-zero", arguments -> single(arguments, x -> x + 0.0));
        RULES.put("round", arguments -> single(arguments, Operations::round));
        RULES.put("floor", arguments -> single(arguments, Math::floor));
        RULES.put("ceiling", arguments -> single(arguments, Math::ceil));
        RULES.put("truncate", arguments -> single(arguments, x -> x < 0.0 ? Math.ceil(x) : Math.floor(x)));
        RULES.put("square-root", arguments -> single(arguments, Math::sqrt));
        RULES.put("exponential", arguments -> single(arguments, Math::exp));
        RULES.put("logarithm", arguments -> single(arguments, Math::log));
        RULES.put("logarithm-2", arguments -> single(arguments, x -> Math.log(x) / Math.log(2.0)));
        RULES.put("logarithm-10", arguments -> single(arguments, Math::log10));
        RULES.put("sine", arguments -> single(arguments, Math::sin));
        RULES.put("cosine", arguments -> single(arguments, Math::cos));
        RULES.put("tangent", arguments -> single(arguments, Math::tan));
        RULES.put("arc-sine", arguments -> single(arguments, Math::asin));
        RULES.put("arc-cosine", arguments -> single(arguments, Math::acos));
        RULES.put("arc-tangent", arguments -> single(arguments, Math::atan));
        RULES.put("greatest", arguments -> extreme(arguments, 1));
        RULES.put("least", arguments -> extreme(arguments, -1));
        RULES.put("coalesce", Operations::coalesce);
        RULES.put("null-if", Operations::nullIf);
        RULES.put("case", Operations::choice);
        RULES.put("and", arguments -> joined(arguments, Truth.FALSE));
        RULES.put("or", arguments -> joined(arguments, Truth.TRUE));
        RULES.put("not", arguments -> new Not(truth(one(arguments))));
        RULES.put("between", Operations::between);
        RULES.put("is-null", arguments -> new IsNull(one(arguments), true));
        RULES.put("is-not-null", arguments -> new IsNull(one(arguments), false));
        RULES.put("is-true", arguments -> new Is(truth(one(arguments)), Truth.TRUE, true));
        RULES.put("is-not-true", arguments -> new Is(truth(one(arguments)), Truth.TRUE, false));
        RULES.put("is-false", arguments -> new Is(truth(one(arguments)), Truth.FALSE, true));
        RULES.put("is-not-false", arguments -> new Is(truth(one(arguments)), Truth.FALSE, false));
        RULES.put("=", arguments -> Comparisons.compare(arguments, false, true, false));
        RULES.put("<>", arguments -> Comparisons.compare(arguments, true, false, true));
        RULES.put("<", arguments -> Comparisons.compare(arguments, true, false, false));
        RULES.put("<=", arguments -> Comparisons.compare(arguments, true, true, false));
        RULES.put(">", arguments -> Comparisons.compare(arguments, false, false, true));
        RULES.put(">=", arguments -> Comparisons.compare(arguments, false, true, true));
        RULES.put("is-distinct-from", arguments -> Comparisons.distinct(arguments, true));
        RULES.put("is-not-distinct-from", arguments -> Comparisons.distinct(arguments, false));
        Texts.addTo((name, rule) -> RULES.put(name, rule::of));
    }

    private Operations() {}

    /** Apply an operation; a ValidationException when there is none, or none for such arguments. */
    static Value apply(String name, List<Value> arguments) {
        Rule rule = RULES.get(name);
        if (rule == null) {
            throw new ValidationException("there is no operation '" + name + "'");
        }
        try {
            return rule.of(arguments);
        } catch (ValidationException e) {
            throw new ValidationException("operation '" + name + "': " + e.getMessage(), e);
        }
    }

    static boolean isWhole(List<Value> arguments) {
        return !arguments.isEmpty() && arguments.get(0) instanceof Whole;
    }

    static Value one(List<Value> arguments) {
        return argument(arguments, 0, 1);
    }

    static Value argument(List<Value> arguments, int index, int count) {
        if (arguments.size() != count) {
            throw new ValidationException("it takes " + count + " arguments, not " + arguments.size());
        }
        return arguments.get(index);
    }

    static Real real(List<Value> arguments, int index, int count) {
        return argument(arguments, index, count) instanceof Real real ? real : wrong("DOUBLE", arguments.get(index));
    }

    static Whole whole(List<Value> arguments, int index, int count) {
        return argument(arguments, index, count) instanceof Whole whole ? whole : wrong("BIGINT", arguments.get(index));
    }

    static Text text(List<Value> arguments, int index, int count) {
        return argument(arguments, index, count) instanceof Text text ? text : wrong("STRING", arguments.get(index));
    }

    static Truth truth(Value value) {
        return value instanceof Truth truth ? truth : wrong("BOOLEAN", value);
    }

    private static <T> T wrong(String wanted, Value found) {
        throw new ValidationException("it takes " + wanted + ", not " + Value.type(found));
    }

    private static Value arithmetic(List<Value> arguments, RealPair reals, Integers.PairOperator wholes) {
        return isWhole(arguments) ? pair(arguments, wholes) : pair(arguments, reals);
    }

    private static Value signed(List<Value> arguments, DoubleUnaryOperator reals, Integers.SingleOperator wholes) {
        return isWhole(arguments) ? new Integers.Single(whole(arguments, 0, 1), wholes) : single(arguments, reals);
    }

    private static Real single(List<Value> arguments, DoubleUnaryOperator operator) {
        return new Single(real(arguments, 0, 1), operator);
    }

    private static Real pair(List<Value> arguments, RealPair operator) {
        return new Pair(real(arguments, 0, 2), real(arguments, 1, 2), operator);
    }

    private static Whole pair(List<Value> arguments, Integers.PairOperator operator) {
        return new Integers.Pair(whole(arguments, 0, 2), whole(arguments, 1, 2), operator);
    }

    private static Value sign(List<Value> arguments) {
        if (isWhole(arguments)) {
            return new Integers.Single(whole(arguments, 0, 1), (number, frame) -> Long.signum(number));
        }
        return new SignOfReal(real(arguments, 0, 1));
    }

    private static double round(double number) {
        double size = Math.abs(number);
        double below = Math.floor(size);
        return Math.copySign(size - below >= 0.5 ? below + 1.0 : below, number);
    }

    private static Value extreme(List<Value> arguments, int wanted) {
        Comparisons.checkAlike(arguments);
        Value best = arguments.get(0);
        for (Value next : arguments.subList(1, arguments.size())) {
            best = Comparisons.better(best, next, wanted);
        }
        return best;
    }

    private static Value coalesce(List<Value> arguments) {
        Comparisons.checkAlike(arguments);
        Value chosen = arguments.get(arguments.size() - 1);
        for (int i = arguments.size() - 2; i >= 0; i--) {
            Value first = arguments.get(i);
            chosen = choose(new IsNull(first, false), first, chosen);
        }
        return chosen;
    }

    private static Value nullIf(List<Value> arguments) {
        Value value = argument(arguments, 0, 2);
        Truth isEqual = Comparisons.compare(arguments, false, true, false);
        return choose(isEqual, Literals.nullLike(value), value);
    }

    private static Value choice(List<Value> arguments) {
        if (arguments.size() < 3 || arguments.size() % 2 == 0) {
            throw new ValidationException("it takes conditions and values in turn, and one value more");
        }
        Value chosen = arguments.get(arguments.size() - 1);
        for (int i = arguments.size() - 3; i >= 0; i -= 2) {
            Comparisons.checkAlike(List.of(arguments.get(i + 1), chosen));
            chosen = choose(truth(arguments.get(i)), arguments.get(i + 1), chosen);
        }
        return chosen;
    }

    private static Value choose(Truth condition, Value then, Value otherwise) {
        if (then instanceof Real one && otherwise instanceof Real other) {
            return new RealChoice(condition, one, other);
        }
        if (then instanceof Whole one && otherwise instanceof Whole other) {
            return new WholeChoice(condition, one, other);
        }
        if (then instanceof Text one && otherwise instanceof Text other) {
            return new TextChoice(condition, one, other);
        }
        return new TruthChoice(condition, truth(then), truth(otherwise));
    }

    /** AND, which FALSE decides, or OR, which TRUE decides. */
    static Truth joined(List<? extends Value> terms, int deciding) {
        if (terms.isEmpty()) {
            throw new ValidationException("it takes conditions");
        }
        // By halves: thousands of terms do not nest deeply.
        int half = terms.size() / 2;
        return half == 0
                ? truth(terms.get(0))
                : new Joined(
                        joined(terms.subList(0, half), deciding),
                        joined(terms.subList(half, terms.size()), deciding),
                        deciding);
    }

    private static Truth between(List<Value> arguments) {
        Value operand = argument(arguments, 0, 3);
        return joined(
                List.of(
                        Comparisons.compare(List.of(operand, arguments.get(1)), false, true, true),
                        Comparisons.compare(List.of(operand, arguments.get(2)), true, true, false)),
                Truth.FALSE);
    }
}
