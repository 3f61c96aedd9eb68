package dev.sessionmesh.codec;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.Departed;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.core.presence.PresenceMessage.News;
import dev.sessionmesh.core.presence.PresenceMessage.Report;
import dev.sessionmesh.core.presence.PresenceMessage.Watch;
import dev.sessionmesh.core.presence.PresenceMessage.Watched;
import dev.sessionmesh.core.presence.RosterChange;
import java.util.List;
import java.util.Optional;

/** Carries {@link PresenceMessage}s over the event bus. */
public final class PresenceCodec extends FramedCodec<PresenceMessage> {
    public static final String NAME = "mesh-presence";
    public static final int VERSION = 1;
    private static final Actor.Kind[] KINDS = Actor.Kind.values();

    @Override
    byte[] bytes(PresenceMessage message) {
        return encode(message);
    }

    @Override
    PresenceMessage message(byte[] bytes) {
        return decode(bytes);
    }

    @Override
    public String name() {
        return NAME;
    }

    static byte[] encode(PresenceMessage message) {
        ByteSink out = new ByteSink().put(VERSION);
        switch (message) {
            case Watch watch ->
                out.put(1).text(watch.sender()).list(watch.sessions(), (sink, wish) -> {
                    Shared.write(sink, wish.key());
                    sink.number(wish.known()).flag(wish.wanted());
                });
            case News news ->
                out.put(2).text(news.sender()).list(news.reports(), (sink, report) -> {
                    Shared.write(sink, report.key());
                    sink.number(report.base()).number(report.version());
                    write(sink, report.change());
                });
        }
        return out.toBytes();
    }

    static PresenceMessage decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a message of presence");
            int tag = in.get();
            return switch (tag) {
                case 1 ->
                    new Watch(in.text(), in.list(wish -> new Watched(Shared.key(wish), wish.number(), wish.flag())));
                case 2 ->
                    new News(
                            in.text(),
                            in.list(report ->
                                    new Report(Shared.key(report), report.number(), report.number(), change(report))));
                default -> throw new MalformedBytesException("unknown message of presence " + tag);
            };
        });
    }

    private static void write(ByteSink out, RosterChange change) {
        out.list(change.here(), PresenceCodec::write).list(change.gone(), ByteSink::text);
        out.flag(change.departed().isPresent());
        change.departed().ifPresent(departed -> out.list(departed, PresenceCodec::write));
        out.number(change.total());
    }

    private static RosterChange change(ByteSource in) {
        List<Attendee> here = in.list(PresenceCodec::attendee);
        List<String> gone = in.list(ByteSource::text);
        Optional<List<Departed>> departed =
                in.flag() ? Optional.of(in.list(PresenceCodec::departed)) : Optional.empty();
        return new RosterChange(here, gone, departed, in.smallNumber());
    }

    private static void write(ByteSink out, Attendee attendee) {
        out.text(attendee.tab()).text(attendee.user()).constant(attendee.kind()).text(attendee.device());
        out.number(attendee.joinedAt()).number(attendee.lastSeenAt()).flag(attendee.typing());
        out.text(attendee.focus()).text(attendee.status()).number(attendee.read());
    }

    private static Attendee attendee(ByteSource in) {
        return new Attendee(
                in.text(),
                in.text(),
                in.constant(KINDS),
                in.text(),
                in.number(),
                in.number(),
                in.flag(),
                in.text(),
                in.text(),
                in.number());
    }

    private static void write(ByteSink out, Departed departed) {
        out.text(departed.tab()).text(departed.user()).text(departed.device());
        out.number(departed.lastSeenAt()).number(departed.read());
    }

    private static Departed departed(ByteSource in) {
        return new Departed(in.text(), in.text(), in.text(), in.number(), in.number());
    }
}
