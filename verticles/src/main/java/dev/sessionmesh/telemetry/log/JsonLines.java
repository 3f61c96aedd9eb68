package dev.sessionmesh.telemetry.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log as one JSON object. What it is about (node, tenant, session, turn, epoch, trace) stands beside the message in fields of
 * its own, so that it can be searched for. All of it is ASCII: whatever others wrote is escaped.
 */
public final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final int MESSAGE_CHARS = 16_384;
    private static final int FAILURE_CHARS = 16_384;
    private static final byte[] NONE = {};
    private static final byte[] UNWRITTEN =
            "{\"level\":\"ERROR\",\"message\":\"a line could not be written\"}\n".getBytes(StandardCharsets.US_ASCII);

    private final JsonFactory json =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private String node = "";

    /** Of logback's configuration. */
    public void setNode(String name) {
        node = name;
    }

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField(
                    "timestamp", Instant.ofEpochMilli(event.getTimeStamp()).toString());
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", event.getThreadName());
            if (!node.isEmpty()) {
                out.writeStringField("node", node);
            }
            List<KeyValuePair> about = event.getKeyValuePairs();
            for (KeyValuePair pair : about == null ? List.<KeyValuePair>of() : about) {
                if (pair.value instanceof Number number) {
                    out.writeNumberField(pair.key, number.longValue());
                } else {
                    out.writeStringField(pair.key, String.valueOf(pair.value));
                }
            }
            out.writeStringField("message", cut(String.valueOf(event.getFormattedMessage()), MESSAGE_CHARS));
            if (event.getThrowableProxy() != null) {
                out.writeStringField(
                        "failure", cut(ThrowableProxyUtil.asString(event.getThrowableProxy()), FAILURE_CHARS));
            }
            out.writeEndObject();
        } catch (IOException impossible) {
            return UNWRITTEN;
        }
        line.write('\n');
        return line.toByteArray();
    }

    private static String cut(String text, int chars) {
        return text.length() > chars ? text.substring(0, chars) : text;
    }
}
