package dev.sessionmesh.provider.openai;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Server-sent events from bytes in any chunking. Works on bytes up to the end of a line, so that neither a character nor a CRLF cut
 * in two matters. Only {@code data} counts here; comments and other fields are skipped.
 */
final class SseParser {
    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    private final int most;
    private final Consumer<String> events;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private boolean afterReturn;
    private boolean atStart = true;

    /** @param most bytes an event may have */
    SseParser(int most, Consumer<String> events) {
        this.most = most;
        this.events = events;
    }

    void feed(Buffer chunk) {
        byte[] bytes = chunk.getBytes();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterReturn) {
                afterReturn = false;
                from = i + 1;
                continue;
            }
            afterReturn = b == '\r';
            if (b == '\n' || b == '\r') {
                append(bytes, from, i);
                from = i + 1;
                endLine();
            }
        }
        append(bytes, from, bytes.length);
    }

    /** The stream is over. Some servers leave out the empty line behind their last event; a line that was cut is none. */
    void end() {
        dispatch();
    }

    private void append(byte[] bytes, int from, int to) {
        if (line.size() + data.size() + to - from > most) {
            throw Fault.badStream("an event of the stream has more than " + most + " bytes");
        }
        line.write(bytes, from, to - from);
    }

    private void endLine() {
        byte[] whole = line.toByteArray();
        line.reset();
        int start = atStart && startsWithByteOrderMark(whole) ? 3 : 0;
        atStart = false;
        if (whole.length == start) {
            dispatch();
        } else if (isData(whole, start)) {
            start += DATA.length;
            if (start < whole.length && whole[start] == ' ') {
                start++;
            }
            data.write(whole, start, whole.length - start);
            data.write('\n');
        }
    }

    private void dispatch() {
        if (data.size() > 0) {
            String event = data.toString(StandardCharsets.UTF_8);
            data.reset();
            events.accept(event.substring(0, event.length() - 1));
        }
    }

    private static boolean isData(byte[] line, int start) {
        if (line.length - start < DATA.length) {
            return false;
        }
        for (int i = 0; i < DATA.length; i++) {
            if (line[start + i] != DATA[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWithByteOrderMark(byte[] line) {
        return line.length >= 3 && line[0] == (byte) 0xef && line[1] == (byte) 0xbb && line[2] == (byte) 0xbf;
    }
}
