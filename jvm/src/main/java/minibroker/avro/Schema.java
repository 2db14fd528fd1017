package minibroker.avro;

import java.util.List;
import java.util.Locale;

/** A writer's schema: what the bytes of a packet are, in the order in which they come. */
final class Schema {

    enum Kind {
        NULL,
        BOOLEAN,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        BYTES,
        STRING,
        ENUM,
        FIXED,
        RECORD,
        ARRAY,
        MAP,
        UNION
    }

    record Field(String name, Schema schema) {}

    /** What an {@code int}, {@code long}, {@code bytes} or {@code fixed} stands for; precision and scale are a decimal's. */
    record Logical(String name, int precision, int scale) {}

    final Kind kind;
    final String name;
    // The full name of a record, enum or fixed; the kind in Avro's words for all else.

    Logical logical;
    List<Field> fields = List.of();
    List<Schema> branches = List.of();
    List<String> symbols = List.of();
    Schema element;
    int size;
    // Set after construction, since a record may hold itself.

    Schema(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    @Override
    public String toString() {
        String base =
                switch (kind) {
                    case ARRAY, MAP -> name + " of " + (element == null ? "?" : element.name);
                    case UNION ->
                        "union of "
                                + branches.stream()
                                        .limit(8)
                                        .map(branch -> branch.name)
                                        .toList();
                    case RECORD, ENUM, FIXED -> kind.name().toLowerCase(Locale.ROOT) + " " + name;
                    default -> name;
                };
        return logical == null ? base : base + " (" + logical.name() + ")";
    }
}
