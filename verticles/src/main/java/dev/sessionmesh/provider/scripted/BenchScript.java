package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Usage;
import java.time.Instant;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Load: {@code bench COUNT INTERVAL_MICROS SIZE} says COUNT pieces of SIZE bytes that tell when they were said. */
final class BenchScript implements Script {
    private static final long COUNT_MAX = 100_000_000;
    private static final long INTERVAL_MICROS_MAX = 60_000_000;

    /** Sixteen digits of microseconds, a bar and the space at the end. */
    static final int SIZE_MIN = 18;

    static final int SIZE_MAX = 16_384;

    private static final String USAGE = "expected: bench COUNT INTERVAL_MICROS SIZE, with COUNT 1-" + COUNT_MAX
            + ", INTERVAL_MICROS 0-" + INTERVAL_MICROS_MAX + ", SIZE " + SIZE_MIN + "-" + SIZE_MAX;
    private static final Pattern ORDER = Pattern.compile("bench (\\d{1,9}) (\\d{1,8}) (\\d{1,5})");

    @Override
    public Iterator<Cue> play(Provider.Request request) {
        Matcher order = ORDER.matcher(TurnSoFar.of(request).question());
        if (!order.matches()) {
            return Script.failed("bad_request", USAGE);
        }
        long count = Long.parseLong(order.group(1));
        long interval = Long.parseLong(order.group(2));
        int size = Integer.parseInt(order.group(3));
        if (count < 1 || count > COUNT_MAX || interval > INTERVAL_MICROS_MAX || size < SIZE_MIN || size > SIZE_MAX) {
            return Script.failed("bad_request", USAGE);
        }
        long done = request.resumed().length() / size;
        Stream<Cue> stamps = LongStream.range(done, count).mapToObj(i -> new Cue.Stamp(size, interval));
        Cue end = new Cue.Finish(new Provider.End.Stop(new Usage(0, count)));
        return Stream.concat(stamps, Stream.of(end)).iterator();
    }

    /** The time in microseconds, a bar, padding, a space: {@code bytes} in all. */
    static String stamp(Instant now, int bytes) {
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        StringBuilder stamp = new StringBuilder(bytes).append(micros).append('|');
        return stamp.repeat('.', bytes - 1 - stamp.length()).append(' ').toString();
    }
}
