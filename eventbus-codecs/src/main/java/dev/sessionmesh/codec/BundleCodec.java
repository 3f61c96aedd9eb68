package dev.sessionmesh.codec;

import dev.sessionmesh.core.SessionKey;

/** Carries {@link Bundle}s over the event bus; within a node they are handed over as they are. */
public final class BundleCodec extends FramedCodec<Bundle> {
    public static final String NAME = "mesh-bundle";
    public static final int VERSION = 1;

    @Override
    byte[] bytes(Bundle bundle) {
        return encode(bundle);
    }

    @Override
    Bundle message(byte[] bytes) {
        return decode(bytes);
    }

    @Override
    public String name() {
        return NAME;
    }

    static byte[] encode(Bundle bundle) {
        ByteSink out = new ByteSink().put(VERSION);
        switch (bundle) {
            case Bundle.Events events -> {
                out.put(1).text(events.sender()).number(events.exchange()).number(events.sentBytes());
                out.list(events.items(), (sink, item) -> {
                    Shared.write(sink, item.key());
                    sink.blob(item.batch());
                });
            }
            case Bundle.Received received ->
                out.put(2).text(received.sender()).number(received.exchange()).number(received.bytes());
            case Bundle.Heads heads -> {
                out.put(3).text(heads.sender()).number(heads.exchange());
                out.list(heads.heads(), (sink, head) -> {
                    Shared.write(sink, head.key());
                    sink.number(head.seq()).number(head.generation());
                });
            }
            case Bundle.Signal(SessionKey key, byte[] frame) -> {
                Shared.write(out.put(5), key);
                out.blob(frame);
            }
            case Bundle.Behind behind -> {
                out.put(4).number(behind.exchange());
                out.list(behind.lags(), (sink, lag) -> {
                    Shared.write(sink, lag.key());
                    sink.flag(lag.unknown());
                });
            }
        }
        return out.toBytes();
    }

    static Bundle decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a bundle");
            int tag = in.get();
            return switch (tag) {
                case 1 ->
                    new Bundle.Events(
                            in.text(),
                            in.smallNumber(),
                            in.number(),
                            in.list(item -> new Bundle.Item(Shared.key(item), item.blob())));
                case 2 -> new Bundle.Received(in.text(), in.smallNumber(), in.number());
                case 3 ->
                    new Bundle.Heads(
                            in.text(),
                            in.smallNumber(),
                            in.list(head -> new Bundle.Head(Shared.key(head), head.number(), head.number())));
                case 4 ->
                    new Bundle.Behind(in.smallNumber(), in.list(lag -> new Bundle.Lag(Shared.key(lag), lag.flag())));
                case 5 -> new Bundle.Signal(Shared.key(in), in.blob());
                default -> throw new MalformedBytesException("unknown bundle " + tag);
            };
        });
    }
}
