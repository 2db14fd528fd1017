package minibroker.avro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaStoreTest {

    private record Answer(int status, String body) {}

    private final Map<String, Answer> answers = new HashMap<>();
    private final Deque<Integer> troubles = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private String address;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            Answer answer = troubles.isEmpty()
                    ? answers.getOrDefault(asked.get(asked.size() - 1), new Answer(404, "{\"error_code\":40403}"))
                    : new Answer(troubles.remove(), "");
            byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private SchemaStore store(Duration retry) {
        return new SchemaStore(folder, new Registry(address), retry);
    }

    private static String failure(SchemaStore store, int id) {
        return assertThrows(UndecodableException.class, () -> store.find(id)).getMessage();
    }

    @Test
    void theFolderComesFirstAndIsLookedAtAgain() throws Exception {
        SchemaStore store = new SchemaStore(folder, null, Duration.ZERO);
        assertTrue(failure(store, 900).startsWith("schema 900 is unknown: there is no "));
        Files.writeString(folder.resolve("900.avsc"), "\"long\"");
        assertEquals("long", store.find(900).name);
        assertEquals("long", store(Duration.ZERO).find(900).name);
        assertEquals(List.of(), asked);
    }

    @Test
    void withoutAnywhereToLookTheErrorSaysSo() {
        SchemaStore store = new SchemaStore(null, null, Duration.ZERO);
        assertEquals("schema 7 is unknown: neither schemas nor registry is set", failure(store, 7));
    }

    @Test
    void theRegistryIsAskedForWhatTheFolderLacks() throws Exception {
        answers.put("/schemas/ids/7", new Answer(200, "{\"schema\": \"{\\\"type\\\": \\\"float\\\"}\"}"));
        assertEquals("float", store(Duration.ZERO).find(7).name);
    }

    @Test
    void referencesAreFetchedFirst() throws Exception {
        answers.put(
                "/schemas/ids/7",
                new Answer(
                        200,
                        "{\"schema\": \"[\\\"null\\\", \\\"s.cutout\\\"]\", \"references\": [{\"name\": \"s.cutout\", \"subject\": \"a cutout\", \"version\": 3}]}"));
        answers.put(
                "/subjects/a+cutout/versions/3",
                new Answer(
                        200,
                        "{\"schema\": \"{\\\"type\\\": \\\"record\\\", \\\"name\\\": \\\"s.cutout\\\", \\\"fields\\\": []}\"}"));
        assertEquals("s.cutout", store(Duration.ZERO).find(7).branches.get(1).name);
    }

    @Test
    void whatTheRegistryDoesNotHaveIsNotAskedForAtEveryPacket() throws Exception {
        SchemaStore store = store(Duration.ofSeconds(60));
        String expected = "schema 7 is unknown: the registry answered 404 to /schemas/ids/7";
        assertEquals(expected, failure(store, 7));
        assertEquals(expected, failure(store, 7));
        assertEquals(1, asked.size());
        Files.writeString(folder.resolve("7.avsc"), "\"long\"");
        assertEquals("long", store.find(7).name, "the folder is asked at every packet");
    }

    @Test
    void aRegistryInTroubleIsAskedAgain() throws Exception {
        troubles.addAll(List.of(503, 500, 429));
        answers.put("/schemas/ids/7", new Answer(200, "{\"schema\": \"\\\"int\\\"\"}"));
        assertEquals("int", store(Duration.ofSeconds(20)).find(7).name);
        assertEquals(4, asked.size());
    }

    @Test
    void anotherLanguageAndOtherNonsenseAreErrors() {
        answers.put("/schemas/ids/1", new Answer(200, "{\"schemaType\": \"PROTOBUF\", \"schema\": \"\"}"));
        answers.put("/schemas/ids/2", new Answer(200, "<html>"));
        answers.put("/schemas/ids/3", new Answer(200, "{\"schema\": \"{\"}"));
        answers.put("/schemas/ids/4", new Answer(302, "elsewhere"));
        SchemaStore store = store(Duration.ofSeconds(60));
        for (int id = 1; id <= 4; id++) {
            assertTrue(failure(store, id).startsWith("schema " + id + " is unknown: "));
        }
    }

    @Test
    void aRegistryThatIsGoneHoldsUpOnePacketOnly() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        SchemaStore store = new SchemaStore(null, new Registry("http://127.0.0.1:" + port), Duration.ofMillis(300));
        long start = System.nanoTime();
        assertTrue(failure(store, 1).startsWith("schema 1 is unknown: the registry cannot be reached"));
        assertTrue(System.nanoTime() - start > 250_000_000);
        start = System.nanoTime();
        assertTrue(failure(store, 2).startsWith("a schema cannot be had: the registry cannot be reached"));
        assertTrue(System.nanoTime() - start < 250_000_000);
    }
}
