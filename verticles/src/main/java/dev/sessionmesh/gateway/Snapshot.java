package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.AttachedJson;
import dev.sessionmesh.codec.json.MessageJson;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.State;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A session as of one seq, folded once and shared by the tabs that begin there. Each writes the frames for
 * itself, one at a time as it reads them: a tab that does not read costs its place in here.
 */
final class Snapshot {
    private final State state;
    private final Conversation conversation;
    private final List<MessageJson.Piece> messages;

    /** @param conversation as of the state's head; nobody changes it any more */
    Snapshot(State state, Conversation conversation, Limits limits) {
        this.state = state;
        this.conversation = conversation;
        this.messages = MessageJson.pieces(conversation, limits.frameTextChars());
    }

    /** The seq that it is of. */
    long seq() {
        return state.head();
    }

    /** The frames of the answer, {@code attached} first. */
    Iterator<WireFrame> frames(String client, AttachedJson.Reason reason, OptionalLong rewindTo, Limits limits) {
        String pos = new Position(state.lineage().current(), state.head()).token();
        byte[] attached = AttachedJson.snapshot(
                state.key(), state, conversation, messages.size(), pos, client, reason, rewindTo, limits);
        return Stream.concat(
                        Stream.of(attached), IntStream.range(0, messages.size()).mapToObj(this::message))
                .map(WireFrame::signal)
                .iterator();
    }

    private byte[] message(int i) {
        return messages.get(i).frame(state.key());
    }
}
