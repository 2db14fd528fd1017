package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import minibroker.avro.Schema.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaParserTest {

    private static Schema parse(String schema) {
        return new SchemaParser().parse(schema.replace('\'', '"'));
    }

    @Test
    void defaultsAreNotLookedAt() {
        Schema schema = parse(
                "{'type':'record','name':'a','fields':[{'name':'x','type':'int','default':null,'doc':'y'},{'name':'u','type':['float','null'],'default':null}]}");
        assertEquals(Kind.INT, schema.fields.get(0).schema().kind);
        assertEquals(Kind.UNION, schema.fields.get(1).schema().kind);
    }

    @Test
    void namesMayHoldDotsAndAreFoundByTheirFullName() {
        Schema schema = parse(
                """
                {'type':'record','name':'ztf.alert','fields':[
                  {'name':'one','type':{'type':'record','name':'ztf.alert.cutout','fields':[]}},
                  {'name':'two','type':['null','ztf.alert.cutout']},
                  {'name':'three','type':{'type':'enum','name':'kind','symbols':['a']}},
                  {'name':'four','type':'ztf.kind'},
                  {'name':'five','type':'kind'},
                  {'name':'six','type':{'type':'fixed','namespace':'other','name':'mark','size':2}},
                  {'name':'seven','type':{'type':'other.mark'}}]}""");
        assertEquals("ztf.alert", schema.name);
        assertSame(
                schema.fields.get(0).schema(),
                schema.fields.get(1).schema().branches.get(1));
        assertSame(schema.fields.get(2).schema(), schema.fields.get(3).schema());
        assertSame(schema.fields.get(2).schema(), schema.fields.get(4).schema());
        assertSame(schema.fields.get(5).schema(), schema.fields.get(6).schema());
    }

    @Test
    void schemasMayReferToOnesThatCameBefore() {
        SchemaParser parser = new SchemaParser();
        Schema source = parser.parse("{\"type\":\"record\",\"name\":\"lsst.source\",\"fields\":[]}");
        Schema alert = parser.parse(
                "{\"type\":\"record\",\"name\":\"alert\",\"namespace\":\"lsst\",\"fields\":[{\"name\":\"s\",\"type\":\"source\"}]}");
        assertSame(source, alert.fields.get(0).schema());
    }

    @Test
    void anInvalidLogicalTypeIsNone() {
        assertNull(parse("{'type':'bytes','logicalType':'decimal','precision':0}").logical);
        assertNull(parse("{'type':'bytes','logicalType':'decimal','precision':2,'scale':3}").logical);
        assertEquals(
                "date", parse("{'type':'int','logicalType':'date'}").logical.name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[",
                "{} {}",
                "1",
                "null",
                "true",
                "{}",
                "'unknown'",
                "{'type':1}",
                "{'type':'record'}",
                "{'type':'record','name':'a','fields':[{'name':'x'}]}",
                "{'type':'fixed','name':'f'}",
                "{'type':'fixed','name':'f','size':-1}",
                "{'type':'fixed','name':'f','size':1e40}",
                "{'type':'array'}",
                "{'type':'map','values':{}}",
            })
    void whatIsNoSchemaIsAnError(String text) {
        assertThrows(UndecodableException.class, () -> parse(text));
    }

    @Test
    void depthAndNamesHaveLimits() {
        assertThrows(UndecodableException.class, () -> parse("[".repeat(100_000)));
        assertThrows(UndecodableException.class, () -> parse("{'type':".repeat(500) + "'int'" + "}".repeat(500)));
        String name = "n".repeat(10_000);
        assertThrows(UndecodableException.class, () -> parse("{'type':'enum','name':'" + name + "','symbols':[]}"));
        String message = assertThrows(UndecodableException.class, () -> parse("'" + "n".repeat(900) + "'"))
                .getMessage();
        assertEquals("the schema uses " + "n".repeat(900) + ", which it does not define", message);
    }
}
