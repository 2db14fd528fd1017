package minibroker.output;

import java.io.IOException;

/** Where values go, one after the other: every value, those within records, lists and maps too. */
interface Sink {

    void nothing() throws IOException;

    void truth(boolean value) throws IOException;

    void whole(long value) throws IOException;

    void real(double value) throws IOException;

    void text(byte[] utf8) throws IOException;

    void bytes(byte[] value) throws IOException;

    /** A record begins; its fields follow, each after its name. */
    void openRecord() throws IOException;

    void field(String name) throws IOException;

    void closeRecord() throws IOException;

    void openList(int size) throws IOException;

    void closeList(int size) throws IOException;

    /** A map begins; its values follow, each after its key. */
    void openMap(int size) throws IOException;

    void key(byte[] utf8) throws IOException;

    void closeMap(int size) throws IOException;
}
