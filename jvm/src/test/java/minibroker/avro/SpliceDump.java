package minibroker.avro;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes packets without some of their fields, for comparing with another decoder.
 *
 * <p>Usage: {@code SpliceDump <folder of id.avsc> <file that lists packets, one path a line> <bare schema> <folder>
 * <name,name,...>}. The packet of the first line is {@code <folder>/0}.
 */
public final class SpliceDump {

    private SpliceDump() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of("schemas", arguments[0], "bare-schema", arguments[2]));
        Splicer splicer = new Splicer.Order(Set.of(arguments[4].split(",")), options).open();
        List<String> files = Files.readAllLines(Path.of(arguments[1]));
        for (int i = 0; i < files.size(); i++) {
            byte[] packet = Files.readAllBytes(Path.of(files.get(i)));
            Files.write(Path.of(arguments[3], Integer.toString(i)), splicer.splice(packet));
        }
    }
}
