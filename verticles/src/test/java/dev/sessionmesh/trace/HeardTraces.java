package dev.sessionmesh.trace;

import dev.sessionmesh.core.session.Turn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Traces for tests: what was told, in the order in which it began. */
public final class HeardTraces implements Traces {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    /** One stage; {@code parent} is the place that it was told to follow from. */
    public final class Heard implements Span {
        public final String name;
        public final String parent;
        public final Map<String, Object> said = new ConcurrentHashMap<>();
        public final List<String> events = new CopyOnWriteArrayList<>();
        private final String place = "00-%s-%016x-01".formatted(TRACE, heard.size() + 1);
        /** Empty while it is under way. */
        public volatile String end = "";

        Heard(String name, String parent) {
            this.name = name;
            this.parent = parent;
        }

        @Override
        public String place() {
            return place;
        }

        @Override
        public Span with(String key, long value) {
            said.put(key, value);
            return this;
        }

        @Override
        public Span with(String key, String value) {
            said.put(key, value);
            return this;
        }

        @Override
        public boolean hears() {
            return true;
        }

        @Override
        public Span saying(String key, String text) {
            said.put(key, text);
            return this;
        }

        @Override
        public void event(String what) {
            events.add(what);
        }

        @Override
        public void end() {
            end = end.isEmpty() ? "well" : end;
        }

        @Override
        public void fail(String code) {
            end = end.isEmpty() ? code : end;
        }

        @Override
        public String toString() {
            return name + " " + new TreeMap<>(said) + " " + events + " " + end;
        }
    }

    public List<Heard> all() {
        return heard;
    }

    public List<Heard> named(String name) {
        return heard.stream().filter(span -> span.name.equals(name)).toList();
    }

    private synchronized Span hear(String name, String parent) {
        Heard span = new Heard(name, parent);
        heard.add(span);
        return span;
    }

    @Override
    public boolean on() {
        return true;
    }

    @Override
    public Span command(String type, About about) {
        return hear(type, about.place());
    }

    @Override
    public Span append(About about) {
        return hear("append", about.place());
    }

    @Override
    public Span turn(About about, Turn turn) {
        return hear("turn", turn.trace()).with("epoch", about.epoch());
    }

    @Override
    public Span step(About about, String provider, String model) {
        return hear("step", about.place()).with("provider", provider).with("model", model);
    }

    @Override
    public Span tool(About about, String tool, String callId) {
        return hear("tool", about.place()).with("tool", tool).with("call", callId);
    }

    @Override
    public Span delivery(About about, String part, long sinceNanos) {
        return hear("deliver", about.place()).with("part", part).with("turn", about.turn());
    }
}
