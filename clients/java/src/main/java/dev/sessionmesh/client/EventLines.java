package dev.sessionmesh.client;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.util.function.Consumer;

/** The bytes of an event stream, in whatever pieces they arrive, to the data of its events. Comments, names and ids are passed over. */
final class EventLines implements Handler<Buffer> {
    private static final String DATA = "data:";

    private final RecordParser lines;
    private final int bytesMax;
    private final Consumer<String> events;
    private final StringBuilder data = new StringBuilder();
    private boolean begun;

    /** @param bytesMax longest line, and longest data in characters; beyond it {@link FrameReader.BadFrame} is thrown */
    EventLines(int bytesMax, Consumer<String> events) {
        this.bytesMax = bytesMax;
        this.events = events;
        this.lines = RecordParser.newDelimited("\n", this::line).maxRecordSize(bytesMax);
        lines.exceptionHandler(tooLong -> {
            throw tooLong();
        });
    }

    @Override
    public void handle(Buffer part) {
        lines.handle(part);
    }

    private void line(Buffer bytes) {
        String line = bytes.toString();
        if (line.endsWith("\r")) {
            line = line.substring(0, line.length() - 1);
        }
        if (line.isEmpty()) {
            end();
        } else if (line.startsWith(DATA)) {
            add(line.substring(line.startsWith(" ", DATA.length()) ? DATA.length() + 1 : DATA.length()));
        }
    }

    private void add(String text) {
        if (data.length() + text.length() > bytesMax) {
            throw tooLong();
        }
        if (begun) {
            data.append('\n');
        }
        begun = true;
        data.append(text);
    }

    private void end() {
        if (begun) {
            String event = data.toString();
            data.setLength(0);
            begun = false;
            events.accept(event);
        }
    }

    private FrameReader.BadFrame tooLong() {
        return new FrameReader.BadFrame("an event of more than " + bytesMax + " bytes");
    }
}
