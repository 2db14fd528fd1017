package minibroker.output;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
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
import org.apache.flink.table.types.logical.RowType;

/** {@code F('how', ROW(column, …))}: the columns as one message. */
public abstract class ColumnsFunction extends ScalarFunction implements SpecializedFunction {

    private final String how;
    private final RowType row;
    private transient Columns columns;

    ColumnsFunction(String how, RowType row) {
        this.how = how;
        this.row = row;
    }

    /** The function for this literal and these columns; it is called once when the job is planned. */
    abstract ColumnsFunction specialized(String how, RowType row) throws IOException;

    abstract Columns columns(String how, RowType row) throws IOException;

    abstract byte[] message(RowData row, Columns columns) throws IOException;

    @Override
    public UserDefinedFunction specialize(SpecializedContext context) {
        CallContext call = context.getCallContext();
        String literal = call.getArgumentValue(0, String.class)
                .orElseThrow(() -> new ValidationException(name() + ": the first argument must be a literal"));
        try {
            columns(literal, rowOf(call));
            return specialized(literal, rowOf(call));
        } catch (IOException | ValidationException | NumberFormatException e) {
            throw new ValidationException(name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void open(FunctionContext context) throws IOException {
        columns = columns(how, row);
    }

    /** The message of one row of columns. */
    public byte[] eval(StringData how, RowData row) {
        try {
            return message(row, columns);
        } catch (IOException e) {
            // Writing into memory does not fail.
            throw new UncheckedIOException(e);
        }
    }

    /** Evaluating at planning what is constant would need a task's types. */
    @Override
    public boolean supportsConstantFolding() {
        return false;
    }

    @Override
    public TypeInference getTypeInference(DataTypeFactory factory) {
        return TypeInference.newBuilder()
                .inputTypeStrategy(new Arguments())
                .outputTypeStrategy(call -> Optional.of(DataTypes.BYTES()))
                .build();
    }

    private String name() {
        return getClass().getSimpleName();
    }

    private static RowType rowOf(CallContext call) {
        if (call.getArgumentDataTypes().get(1).getLogicalType() instanceof RowType row) {
            return row;
        }
        throw new ValidationException("the second argument must be a row");
    }

    /** Takes any row as it is, in Flink's own data structures. */
    private static final class Arguments implements InputTypeStrategy {

        @Override
        public ArgumentCount getArgumentCount() {
            return ConstantArgumentCount.of(2);
        }

        @Override
        public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
            rowOf(call);
            DataType text = DataTypes.STRING().bridgedTo(StringData.class);
            return Optional.of(List.of(text, call.getArgumentDataTypes().get(1).bridgedTo(RowData.class)));
        }

        @Override
        public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
            return List.of(Signature.of(Signature.Argument.of("STRING"), Signature.Argument.of("ROW")));
        }
    }
}
