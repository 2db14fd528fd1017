package minibroker.avro;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import minibroker.avro.Schema.Field;
import minibroker.avro.Schema.Kind;
import minibroker.avro.Schema.Logical;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonProcessingException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Reads a schema's JSON, taking what surveys write and not only what Avro allows.
 *
 * <p>Defaults are not looked at, so {@code "type": "int", "default": null} is no error; a {@code name} may hold dots; a
 * name may be defined twice (the later one counts). One parser keeps the names it has seen, so that schemas which refer
 * to each other can be given to it one after the other.
 */
final class SchemaParser {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final int DEEPEST = 64;
    // Levels of types inside types. Real schemas have 6.

    private static final int LONGEST_NAME = 1_000;
    // A long namespace is repeated in every name below it.

    private static final Set<Kind> PRIMITIVE = EnumSet.range(Kind.NULL, Kind.STRING);

    private final Map<String, Schema> named = new HashMap<>();

    Schema parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    Schema parse(byte[] text, int from, int length) {
        JsonNode node;
        try {
            node = JSON.readTree(text, from, length);
        } catch (JsonProcessingException e) {
            throw new UndecodableException("the schema is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UndecodableException("the schema cannot be read: " + e.getMessage());
        }
        return schema(node, "", 0);
    }

    private Schema schema(JsonNode node, String namespace, int depth) {
        if (depth > DEEPEST) {
            throw new UndecodableException("the schema nests more than " + DEEPEST + " deep");
        }
        if (node.isTextual()) {
            return byName(node.textValue(), namespace);
        }
        if (node.isArray()) {
            return union(node, namespace, depth);
        }
        JsonNode type = node.path("type");
        if (!type.isTextual()) {
            if (type.isArray() || type.isObject()) {
                return schema(type, namespace, depth + 1);
            }
            throw new UndecodableException("the schema has a type that is neither a name, a list nor an object");
        }
        return switch (type.textValue()) {
            case "record", "error" -> record(node, namespace, depth);
            case "enum" -> enumeration(node, namespace);
            case "fixed" -> fixed(node, namespace);
            case "array" -> container(Kind.ARRAY, node.path("items"), namespace, depth);
            case "map" -> container(Kind.MAP, node.path("values"), namespace, depth);
            default -> {
                Schema schema = byName(type.textValue(), namespace);
                yield PRIMITIVE.contains(schema.kind) ? logical(schema, node) : schema;
            }
        };
    }

    private Schema byName(String name, String namespace) {
        Schema known = named.get(name.indexOf('.') >= 0 ? name : fullName(namespace, name));
        if (known == null) {
            known = named.get(name);
        }
        if (known != null) {
            return known;
        }
        return switch (name) {
            case "null", "boolean", "int", "long", "float", "double", "bytes", "string" ->
                new Schema(Kind.valueOf(name.toUpperCase(Locale.ROOT)), name);
            default -> throw new UndecodableException("the schema uses " + name + ", which it does not define");
        };
    }

    private Schema union(JsonNode node, String namespace, int depth) {
        List<Schema> branches = new ArrayList<>(node.size());
        for (JsonNode branch : node) {
            branches.add(schema(branch, namespace, depth + 1));
        }
        Schema union = new Schema(Kind.UNION, "union");
        union.branches = branches;
        return union;
    }

    private Schema record(JsonNode node, String namespace, int depth) {
        String name = definedName(node, namespace);
        Schema record = new Schema(Kind.RECORD, name);
        named.put(name, record);
        String inner = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        if (!node.path("fields").isArray()) {
            throw new UndecodableException("the schema's record " + name + " has no fields");
        }
        List<Field> fields = new ArrayList<>();
        for (JsonNode field : node.path("fields")) {
            String fieldName = field.path("name").asText();
            fields.add(new Field(fieldName, schema(field.path("type"), inner, depth + 1)));
        }
        record.fields = fields;
        return record;
    }

    private Schema enumeration(JsonNode node, String namespace) {
        String name = definedName(node, namespace);
        Schema enumeration = new Schema(Kind.ENUM, name);
        List<String> symbols = new ArrayList<>();
        node.path("symbols").forEach(symbol -> symbols.add(symbol.asText()));
        enumeration.symbols = symbols;
        named.put(name, enumeration);
        return enumeration;
    }

    private Schema fixed(JsonNode node, String namespace) {
        String name = definedName(node, namespace);
        JsonNode size = node.path("size");
        if (!size.canConvertToInt() || size.intValue() < 0) {
            throw new UndecodableException("the schema's fixed " + name + " has no size");
        }
        Schema fixed = new Schema(Kind.FIXED, name);
        fixed.size = size.intValue();
        named.put(name, fixed);
        return logical(fixed, node);
    }

    private Schema container(Kind kind, JsonNode element, String namespace, int depth) {
        Schema schema = new Schema(kind, kind.name().toLowerCase(Locale.ROOT));
        schema.element = schema(element, namespace, depth + 1);
        return schema;
    }

    /** Adds what a primitive or fixed stands for; one that Avro would find invalid is as good as none. */
    private static Schema logical(Schema schema, JsonNode node) {
        JsonNode name = node.path("logicalType");
        if (name.isTextual()) {
            int precision = node.path("precision").asInt();
            int scale = node.path("scale").asInt();
            boolean valid = !name.textValue().equals("decimal") || precision >= 1 && scale >= 0 && scale <= precision;
            schema.logical = valid ? new Logical(name.textValue(), precision, scale) : null;
        }
        return schema;
    }

    private static String definedName(JsonNode node, String namespace) {
        String name = node.path("name").asText();
        return name.indexOf('.') >= 0
                ? fullName("", name)
                : fullName(node.path("namespace").asText(namespace), name);
    }

    private static String fullName(String namespace, String name) {
        if (namespace.length() + name.length() > LONGEST_NAME) {
            throw new UndecodableException("the schema has a name of more than " + LONGEST_NAME + " characters");
        }
        return namespace.isEmpty() ? name : namespace + "." + name;
    }
}
