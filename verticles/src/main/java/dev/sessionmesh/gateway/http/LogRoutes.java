package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.AuditJson;
import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.codec.json.MessageJson;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.session.Event;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A session's log, a page at a time, what it folds to, and the payloads that lie apart from it. */
final class LogRoutes {
    static final int PAGE = 1_000;
    static final int PAGE_MOST = 10_000;
    private static final int PAGE_BYTES = 262_144;

    private final HttpApi.Kit kit;

    LogRoutes(HttpApi.Kit kit) {
        this.kit = kit;
    }

    void events(RoutingContext call, Identity.Caller caller, SessionKey key) {
        long after = Query.seq(call, "after").orElse(0);
        int limit = Query.limit(call, PAGE, PAGE_MOST);
        Answers.when(call, kit.service().read(caller.access(), key, after, PAGE_BYTES), slice -> {
            if (after > slice.head() && !kit.cluster().get().quorum()) {
                Answers.refuse(
                        call, ErrorCode.NO_QUORUM, "seq " + after + " is not known here, and this node is cut off");
            } else if (after > slice.head()) {
                Answers.refuse(call, ErrorCode.POSITION_AHEAD, "seq " + after + " is beyond the head " + slice.head());
            } else {
                Answers.json(call, 200, ServerJson.events(page(key, slice, after, limit), slice.head()));
            }
        });
    }

    void messages(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(
                call,
                kit.service().conversation(caller.access(), key),
                conversation -> Answers.json(call, 200, MessageJson.document(conversation)));
    }

    /** Who decided what, and about which payload, to be checked elsewhere. */
    void audit(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(
                call,
                kit.service().audit(caller.access(), key),
                trail -> Answers.json(call, 200, AuditJson.document(key, trail.head(), trail.lines())));
    }

    void blob(RoutingContext call, Identity.Caller caller, SessionKey key) {
        String hash = Optional.ofNullable(call.pathParam("hash")).orElse("");
        if (Payload.Blob.isHash(hash)) {
            Answers.when(
                    call,
                    kit.service().blob(caller.access(), key, hash),
                    utf8 -> Answers.download(call, hash + ".txt", utf8));
        } else {
            Answers.refuse(call, ErrorCode.BLOB_NOT_FOUND, "not the hash of a blob");
        }
    }

    /**
     * At most {@code limit} events; consecutive tokens share frames as far as a frame's size allows. What was folded is not cut: a page begins with the whole of
     * a run that {@code after} lies in, and ends with the whole of its last one.
     */
    private List<byte[]> page(SessionKey key, Slice slice, long after, int limit) {
        List<byte[]> frames = new ArrayList<>();
        List<Event.Tokens> run = new ArrayList<>();
        long seq = after;
        long runAt = 0;
        int chars = 0;
        for (EventBatch batch : slice.batches()) {
            EventBatch part = batch.after(after).until(after + limit);
            seq = frames.isEmpty() && run.isEmpty() ? part.from() - 1 : seq;
            for (Event event : part.events()) {
                boolean joins = !run.isEmpty() && run.getFirst().continuedBy(event);
                if (!run.isEmpty() && (!joins || chars >= kit.limits().frameTextChars())) {
                    seq = flush(key, frames, run, seq, runAt);
                    chars = 0;
                }
                if (event instanceof Event.Tokens tokens) {
                    runAt = run.isEmpty() ? part.at() : runAt;
                    run.add(tokens);
                    chars += tokens.run().text().length();
                } else {
                    frames.add(EventJson.frame(key, ++seq, part.at(), event));
                }
            }
        }
        if (!run.isEmpty()) {
            flush(key, frames, run, seq, runAt);
        }
        return frames;
    }

    private static long flush(SessionKey key, List<byte[]> frames, List<Event.Tokens> run, long seq, long at) {
        Event.Tokens joined = Event.Tokens.join(run);
        frames.add(EventJson.frame(key, seq + 1, at, joined));
        run.clear();
        return seq + joined.span();
    }
}
