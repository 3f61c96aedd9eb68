package dev.sessionmesh.codec;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.Usage;
import java.util.Map;
import java.util.TreeMap;

/** The forms that events, commands and states have in common. */
final class Shared {
    private static final Actor.Kind[] KINDS = Actor.Kind.values();
    static final InputPolicy[] POLICIES = InputPolicy.values();
    static final ToolSpec.Executor[] EXECUTORS = ToolSpec.Executor.values();

    /** Beside the input policy, whose numbers are small: profiles from before it have none of it. */
    private static final int EPHEMERAL = 0x80;
    /** How long it is kept follows. */
    private static final int RETAINED = 0x40;

    private Shared() {}

    static void write(ByteSink out, SessionKey key) {
        out.text(key.tenant()).text(key.id());
    }

    static SessionKey key(ByteSource in) {
        return new SessionKey(in.text(), in.text());
    }

    static void write(ByteSink out, Actor actor) {
        out.constant(actor.kind()).text(actor.name());
    }

    static Actor actor(ByteSource in) {
        return new Actor(in.constant(KINDS), in.text());
    }

    static void write(ByteSink out, Runner runner) {
        out.text(runner.node()).text(runner.incarnation());
    }

    static Runner runner(ByteSource in) {
        return new Runner(in.text(), in.text());
    }

    static void write(ByteSink out, Usage usage) {
        out.number(usage.inputTokens()).number(usage.outputTokens());
    }

    static Usage usage(ByteSource in) {
        return new Usage(in.number(), in.number());
    }

    static void write(ByteSink out, Payload payload) {
        switch (payload) {
            case Payload.Inline(String text) -> out.put(0).text(text);
            case Payload.Blob(String hash, int bytes) -> out.put(1).text(hash).number(bytes);
        }
    }

    static Payload payload(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 0 -> Payload.of(in.text());
            case 1 -> new Payload.Blob(in.text(), in.smallNumber());
            default -> throw new MalformedBytesException("unknown payload " + tag);
        };
    }

    /** No run has no piece: what says so is folded, and says then how many it had. */
    static void write(ByteSink out, TokenRun run) {
        out.text(run.text());
        if (run.isFolded()) {
            out.number(0).number(run.pieces());
            return;
        }
        out.number(run.pieces());
        int last = 0;
        for (int i = 0; i < run.pieces(); i++) {
            out.number(run.end(i) - last);
            last = run.end(i);
        }
    }

    static TokenRun run(ByteSource in) {
        String text = in.text();
        int[] ends = in.smallNumbers();
        if (ends.length == 0) {
            return TokenRun.folded(text, in.smallNumber());
        }
        int last = 0;
        for (int i = 0; i < ends.length; i++) {
            ends[i] += last;
            last = ends[i];
        }
        return TokenRun.of(text, ends);
    }

    static void write(ByteSink out, Profile profile) {
        out.text(profile.model()).text(profile.instructions()).text(profile.memory());
        out.list(profile.tools(), ToolForms::write);
        out.list(
                new TreeMap<>(profile.metadata()).entrySet().stream().toList(),
                (sink, entry) -> sink.text(entry.getKey()).text(entry.getValue()));
        boolean retained = profile.retentionDays() != 0;
        out.put(profile.inputPolicy().ordinal() | (profile.ephemeral() ? EPHEMERAL : 0) | (retained ? RETAINED : 0));
        if (retained) {
            out.number(profile.retentionDays());
        }
        ToolForms.write(out, profile.budget());
    }

    static Profile profile(ByteSource in) {
        String model = in.text();
        String instructions = in.text();
        String memory = in.text();
        var tools = in.list(ToolForms::tool);
        Map<String, String> metadata = new TreeMap<>();
        in.list(source -> Map.entry(source.text(), source.text()))
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        int policy = in.get();
        int retentionDays = (policy & RETAINED) != 0 ? in.smallNumber() : 0;
        return new Profile(
                model,
                instructions,
                memory,
                tools,
                metadata,
                ByteSource.constant(policy & ~(EPHEMERAL | RETAINED), POLICIES),
                ToolForms.budget(in),
                (policy & EPHEMERAL) != 0,
                retentionDays);
    }
}
