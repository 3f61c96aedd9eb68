package dev.sessionmesh.bench.driver;

import java.nio.charset.StandardCharsets;

/** Takes apart what a tab has read: upgrade answer, frames, and from the frames what is counted. */
final class FrameReader {
    private static final int PING = 0x9;
    private static final int CLOSE = 0x8;
    private static final int HEADER_MAX = 10;

    /** What a frame may ask the tab to do. */
    enum Ask {
        NOTHING,
        PONG,
        CLOSE
    }

    private final Meter meter;
    private final EventFrame frame = new EventFrame();

    FrameReader(Meter meter) {
        this.meter = meter;
    }

    /** Where the answer to the upgrade ends, or -1 while it is not there entirely. */
    static int upgradeEnd(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                String head = new String(bytes, 0, i + 1, StandardCharsets.ISO_8859_1);
                if (!head.startsWith("HTTP/1.1 101 ")) {
                    throw new IllegalStateException(
                            "No WebSocket: " + head.lines().findFirst().orElse(""));
                }
                return i + 1;
            }
        }
        return -1;
    }

    /** Reads all whole frames; what is left of the last is carried by the tab. */
    Ask read(BenchTab tab, byte[] bytes, int start, int end, long nowMicros) {
        Ask ask = Ask.NOTHING;
        int at = start;
        while (end - at >= 2) {
            int header = 2;
            long length = bytes[at + 1] & 0x7F;
            if (length == 126 && end - at >= 4) {
                header = 4;
                length = (bytes[at + 2] & 0xFFL) << 8 | (bytes[at + 3] & 0xFFL);
            } else if (length == 127 && end - at >= HEADER_MAX) {
                header = HEADER_MAX;
                length = longAt(bytes, at + 2);
            } else if (length >= 126) {
                break;
            }
            if (end - at < header + length) {
                break;
            }
            int payload = at + header;
            at = payload + (int) length;
            int opcode = bytes[payload - header] & 0x0F;
            if (opcode == CLOSE) {
                return Ask.CLOSE;
            }
            if (opcode == PING) {
                ask = Ask.PONG;
            } else {
                text(tab, bytes, payload, at, nowMicros);
            }
        }
        if (at < end) {
            tab.carry(bytes, at, end);
        } else {
            tab.dropCarry();
        }
        return ask;
    }

    private void text(BenchTab tab, byte[] bytes, int start, int end, long nowMicros) {
        if (frame.read(bytes, start, end)) {
            if (!tab.continues(frame)) {
                meter.gap(tab, frame);
            }
            tab.took(frame);
            meter.event(frame);
            if (frame.token()) {
                int size = tab.tokenBytes();
                for (int i = 0; size > 0 && i < frame.events(); i++) {
                    meter.latency(nowMicros - frame.stampMicros(bytes, i, size));
                }
                return;
            }
        } else if (!tab.attached() || bytes[start + 9] == 'e' || tab.listening()) {
            heard(tab, new String(bytes, start, end - start, StandardCharsets.UTF_8));
            return;
        }
        if (tab.listening()) {
            heard(tab, new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }
    }

    private void heard(BenchTab tab, String text) {
        if (text.startsWith("{\"type\":\"error\"")) {
            meter.complain(tab + ": " + text);
        }
        tab.heard(text);
    }

    private static long longAt(byte[] bytes, int at) {
        long value = 0;
        for (int i = at; i < at + 8; i++) {
            value = value << 8 | (bytes[i] & 0xFF);
        }
        return value;
    }
}
