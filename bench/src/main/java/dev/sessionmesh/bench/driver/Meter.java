package dev.sessionmesh.bench.driver;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What arrived at all tabs of a swarm since the last reset. Belongs to the swarm's thread. */
public final class Meter {
    private static final long LATENCY_MAX_MICROS = 120_000_000;
    private static final int COMPLAINTS_MAX = 5;

    private final Histogram latency = new Histogram(LATENCY_MAX_MICROS, 3);
    private final List<String> complaints = new ArrayList<>();
    private long startedNanos = System.nanoTime();
    private long frames;
    private long events;
    private long tokens;
    private long bytes;
    private long reads;
    private long gaps;
    private long lost;

    /**
     * Figures of a span of time.
     *
     * @param frames WebSocket frames with events of the log
     * @param events events, a merged frame counting as all that it stands for
     * @param tokens those of them that are tokens
     * @param gaps frames that did not continue what their tab had
     * @param lost connections that ended
     * @param latency from the saying of a token to its reading, in microseconds
     * @param complaints the first errors the server sent
     */
    public record Reading(
            double seconds,
            long frames,
            long events,
            long tokens,
            long bytes,
            long reads,
            long gaps,
            long lost,
            Histogram latency,
            List<String> complaints) {

        public double framesPerSecond() {
            return frames / seconds;
        }

        public double tokensPerSecond() {
            return tokens / seconds;
        }

        public double p50Millis() {
            return latency.getValueAtPercentile(50) / 1000.0;
        }

        public double p99Millis() {
            return latency.getValueAtPercentile(99) / 1000.0;
        }
    }

    void reset() {
        latency.reset();
        complaints.clear();
        startedNanos = System.nanoTime();
        frames = events = tokens = bytes = reads = gaps = lost = 0;
    }

    Reading reading() {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        return new Reading(
                seconds, frames, events, tokens, bytes, reads, gaps, lost, latency.copy(), List.copyOf(complaints));
    }

    void read(int count) {
        reads++;
        bytes += count;
    }

    void event(EventFrame frame) {
        frames++;
        events += frame.events();
        if (frame.token()) {
            tokens += frame.events();
        }
    }

    void latency(long micros) {
        latency.recordValue(Math.clamp(micros, 0, LATENCY_MAX_MICROS));
    }

    void gap(BenchTab tab, EventFrame frame) {
        gaps++;
        complain("gap at " + tab + ": had " + tab.seq() + ", got " + frame.from() + "-" + frame.seq());
    }

    void lost(BenchTab tab, String why) {
        lost++;
        complain(tab + " ended: " + why);
    }

    void complain(String what) {
        if (complaints.size() < COMPLAINTS_MAX) {
            complaints.add(what);
        }
    }
}
