package minibroker.avro;

import java.util.Locale;

/** How the datum lies in a record: what surveys put in front of it. */
public enum Framing {
    /** By the first bytes: {@link #CONTAINER}, else {@link #CONFLUENT}, else {@link #BARE} if it has a schema. */
    AUTO,
    /** A whole Avro object container file that holds one alert, as ZTF sends. */
    CONTAINER,
    /** A zero byte and a schema id of four bytes, as Rubin sends. */
    CONFLUENT,
    /** Nothing: the schema is given by an option. */
    BARE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
