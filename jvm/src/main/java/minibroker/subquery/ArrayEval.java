package minibroker.subquery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import minibroker.subquery.Value.Real;
import minibroker.subquery.Value.Truth;
import minibroker.subquery.Value.Whole;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.utils.DataTypeUtils;

/**
 * {@code ARRAY_EVAL('program', part [, part ...] [, outer value ...])}: a sub-query over an array of records, which
 * Flink's planner has no way to run.
 *
 * <p>A part is an array of records, or one record; the program has a condition for each where there is more than one. A
 * record that is NULL is no element. The program decides the type of the result. Calls within a task share their way
 * through the list: see {@link Walk}.
 */
public class ArrayEval extends ScalarFunction implements SpecializedFunction {

    private final String program;
    private final List<RowType> parts;
    private final RowType outer;

    private transient Program compiled;

    public ArrayEval() {
        this(null, null, null);
    }

    private ArrayEval(String program, List<RowType> parts, RowType outer) {
        this.program = program;
        this.parts = parts;
        this.outer = outer;
    }

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        CallContext call = context.getCallContext();
        return new ArrayEval(program(call), partsOf(call), outerOf(call));
    }

    @Override
    public void open(FunctionContext context) {
        compiled = Program.ofThisThread(program, parts, outer);
    }

    /** Evaluate the program over its parts and the values beside them. */
    public Object eval(StringData program, Object... values) {
        return compiled.value(values);
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new Arguments())
                .outputTypeStrategy(call -> Optional.of(resultOf(call)))
                .build();
    }

    private static String program(CallContext call) {
        return call.getArgumentValue(0, String.class)
                .orElseThrow(() -> new ValidationException("ARRAY_EVAL: the program must be a literal"));
    }

    private static int count(CallContext call) {
        try {
            return Planner.parts(program(call));
        } catch (ValidationException e) {
            throw new ValidationException("ARRAY_EVAL: " + e.getMessage(), e);
        }
    }

    private static List<RowType> partsOf(CallContext call) {
        List<DataType> given = call.getArgumentDataTypes();
        int count = count(call);
        List<RowType> parts = new ArrayList<>();
        for (int i = 1; i <= count && i < given.size(); i++) {
            LogicalType part = given.get(i).getLogicalType();
            if (part instanceof ArrayType array) {
                part = array.getElementType();
            } else if (count == 1) {
                break;
            }
            if (part instanceof RowType record) {
                parts.add(record);
            }
        }
        if (parts.size() < count) {
            throw new ValidationException("ARRAY_EVAL: the program goes through " + count + " arrays of rows or rows");
        }
        return parts;
    }

    private static RowType outerOf(CallContext call) {
        List<DataType> given = call.getArgumentDataTypes();
        return RowType.of(given.subList(1 + count(call), given.size()).stream()
                .map(DataType::getLogicalType)
                .toArray(LogicalType[]::new));
    }

    private static DataType resultOf(CallContext call) {
        Value result;
        try {
            result = Planner.plan(program(call), partsOf(call), outerOf(call)).result;
        } catch (ValidationException e) {
            throw new ValidationException("ARRAY_EVAL: " + e.getMessage(), e);
        }
        if (result instanceof Truth) {
            return DataTypes.BOOLEAN();
        }
        if (result instanceof Whole) {
            return DataTypes.BIGINT();
        }
        return result instanceof Real ? DataTypes.DOUBLE() : DataTypes.STRING().bridgedTo(StringData.class);
    }

    /** Takes any values as they are, in Flink's own data structures. */
    private static final class Arguments implements InputTypeStrategy {

        @Override
        public ArgumentCount getArgumentCount() {
            return ConstantArgumentCount.from(2);
        }

        @Override
        public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
            partsOf(call);
            return Optional.of(call.getArgumentDataTypes().stream()
                    .map(DataTypeUtils::toInternalDataType)
                    .toList());
        }

        @Override
        public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
            return List.of(Signature.of(Signature.Argument.of("program"), Signature.Argument.ofVarying("values")));
        }
    }
}
