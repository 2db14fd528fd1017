package minibroker.subquery;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.ValidationException;

/** A program as it was written: a list in brackets, a word, or a text in double quotes. */
record Form(List<Form> parts, String word, boolean isText) {

    private static final int MAX_LENGTH = 1_000_000;
    private static final int MAX_DEPTH = 500;

    boolean isList() {
        return parts != null;
    }

    /** The operation of a list. */
    String head() {
        if (!isList() || parts.isEmpty() || parts.get(0).isList() || parts.get(0).isText) {
            throw new ValidationException("expected (operation ...), found " + this);
        }
        return parts.get(0).word;
    }

    List<Form> arguments() {
        return parts.subList(1, parts.size());
    }

    static Form read(String program) {
        if (program.length() > MAX_LENGTH) {
            throw new ValidationException("a program has at most " + MAX_LENGTH + " characters");
        }
        Reader reader = new Reader(program);
        Form form = reader.read(0);
        reader.skipSpace();
        if (reader.at < program.length()) {
            throw new ValidationException("the program goes on after its end, at character " + reader.at);
        }
        return form;
    }

    @Override
    public String toString() {
        String text = isList() ? "a list of " + parts.size() : word;
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    private static final class Reader {

        final String program;
        int at;

        Reader(String program) {
            this.program = program;
        }

        void skipSpace() {
            while (at < program.length() && program.charAt(at) == ' ') {
                at++;
            }
        }

        Form read(int depth) {
            skipSpace();
            if (at == program.length()) {
                throw new ValidationException("the program ends too early");
            }
            if (depth > MAX_DEPTH) {
                throw new ValidationException("the program is nested more than " + MAX_DEPTH + " deep");
            }
            char first = program.charAt(at);
            if (first == '(') {
                return list(depth);
            }
            if (first == '"') {
                return text();
            }
            int start = at;
            while (at < program.length() && " ()\"".indexOf(program.charAt(at)) < 0) {
                at++;
            }
            if (start == at) {
                throw new ValidationException("')' is not expected at character " + at);
            }
            return new Form(null, program.substring(start, at), false);
        }

        private Form list(int depth) {
            at++;
            List<Form> parts = new ArrayList<>();
            skipSpace();
            while (at < program.length() && program.charAt(at) != ')') {
                parts.add(read(depth + 1));
                skipSpace();
            }
            if (at == program.length()) {
                throw new ValidationException("a bracket is not closed");
            }
            at++;
            return new Form(parts, null, false);
        }

        private Form text() {
            StringBuilder text = new StringBuilder();
            for (at++; at < program.length() && program.charAt(at) != '"'; at++) {
                if (program.charAt(at) == '\\' && ++at == program.length()) {
                    break;
                }
                text.append(program.charAt(at));
            }
            if (at >= program.length()) {
                throw new ValidationException("a text is not closed");
            }
            at++;
            return new Form(null, text.toString(), true);
        }
    }
}
