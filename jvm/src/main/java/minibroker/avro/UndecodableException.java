package minibroker.avro;

/** Why a packet could not be decoded, in words for the person who runs the stream. */
final class UndecodableException extends RuntimeException {

    private static final int LONGEST = 1_000;
    // Names and lengths in the text come from the packet: a hostile one must not make it megabytes long.

    UndecodableException(String reason) {
        // No stack trace: a stream of broken packets is an ordinary input, and must not cost more than a good one.
        super(reason.length() <= LONGEST ? reason : reason.substring(0, LONGEST) + "…", null, false, false);
    }
}
