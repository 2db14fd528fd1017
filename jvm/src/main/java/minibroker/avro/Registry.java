package minibroker.avro;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** A schema registry that speaks Confluent's protocol over HTTP. */
final class Registry {

    /** The registry could not be asked: another try may succeed, unlike with any other answer. */
    static final class UnreachableException extends Exception {
        UnreachableException(String reason) {
            super(reason);
        }
    }

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final int DEEPEST = 16;
    // Schemas that refer to schemas that refer to schemas.

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String address;
    private HttpClient client;
    // Made when it is first needed: it has threads of its own.

    Registry(String address) {
        this.address = address.replaceAll("/+$", "");
    }

    /** The schema with this id, and with what it refers to. */
    Schema schema(int id) throws UnreachableException, InterruptedException {
        return parse("/schemas/ids/" + id, new SchemaParser(), 0);
    }

    private Schema parse(String path, SchemaParser parser, int depth)
            throws UnreachableException, InterruptedException {
        if (depth > DEEPEST) {
            throw new UndecodableException("the registry's schemas refer to each other more than " + DEEPEST + " deep");
        }
        JsonNode answer = get(path);
        String language = answer.path("schemaType").asText("AVRO");
        if (!language.equals("AVRO") || !answer.path("schema").isTextual()) {
            throw new UndecodableException("the registry has no Avro schema at " + path);
        }
        for (JsonNode reference : answer.path("references")) {
            String subject = URLEncoder.encode(reference.path("subject").asText(), StandardCharsets.UTF_8);
            parse(
                    "/subjects/" + subject + "/versions/"
                            + reference.path("version").asInt(),
                    parser,
                    depth + 1);
        }
        return parser.parse(answer.path("schema").textValue());
    }

    private JsonNode get(String path) throws UnreachableException, InterruptedException {
        if (client == null) {
            client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).build();
        CompletableFuture<HttpResponse<byte[]>> asked =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            // Not the request's own timeout, which ends with the answer's first line.
            HttpResponse<byte[]> response = asked.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
            int status = response.statusCode();
            if (status >= 500 || status == 429) {
                throw new UnreachableException("the registry answered " + status);
            }
            if (status != 200) {
                throw new UndecodableException("the registry answered " + status + " to " + path);
            }
            return JSON.readTree(response.body());
        } catch (ExecutionException e) {
            throw new UnreachableException("the registry cannot be reached: " + e.getCause());
        } catch (TimeoutException e) {
            throw new UnreachableException("the registry did not answer in " + ANSWER.toSeconds() + " s");
        } catch (IOException e) {
            throw new UndecodableException("the registry's answer to " + path + " is not JSON");
        } finally {
            asked.cancel(true);
        }
    }
}
