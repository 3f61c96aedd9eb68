package dev.sessionmesh.gateway;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.trace.About;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recent events of one session, shared by all tabs of an event loop. A tab asks for the frame that follows what it has; the further
 * it lags, the more tokens that one frame carries, so a slow client gets every character in fewer and fewer frames.
 */
final class Window {
    private static final Logger LOG = LoggerFactory.getLogger(Window.class);
    /** How many of the last deliveries stay as they came. */
    private static final int LOOSE = 16;

    private static final int PACK_AT = 48;
    private static final int PACKED_CHARS = 8_192;

    private final SessionKey key;
    private final int maxBytes;
    private final int maxChars;
    private final List<Delivery> deliveries = new ArrayList<>();
    private int dropped;
    private int packed;
    private int bytes;
    private long head;
    private @Nullable WireFrame lastMerged;

    /**
     * @param head the seq behind which it begins
     * @param maxBytes how much it keeps, roughly
     * @param maxChars the most text of a merged frame
     */
    Window(SessionKey key, long head, int maxBytes, int maxChars) {
        this.key = key;
        this.head = head;
        this.maxBytes = maxBytes;
        this.maxChars = maxChars;
    }

    /** The last seq it knows. */
    long head() {
        return head;
    }

    /** Feeds come without holes. If ever one does not, it begins anew, and whoever stands before the hole reads from the log. */
    void add(Delivery delivery) {
        if (delivery.from() != head + 1) {
            About.of(key).warn(LOG).log("session goes on at seq {}, expected behind {}", delivery.from(), head);
            deliveries.clear();
            dropped = 0;
            packed = 0;
            bytes = 0;
        }
        deliveries.add(delivery);
        bytes += size(delivery);
        head = delivery.to();
        if (deliveries.size() - packed >= PACK_AT) {
            pack();
        }
        while (bytes > maxBytes && dropped < deliveries.size() - 1) {
            bytes -= size(deliveries.get(dropped));
            dropped++;
        }
        packed = Math.max(packed, dropped);
        if (dropped > 64 && dropped > deliveries.size() / 2) {
            deliveries.subList(0, dropped).clear();
            packed -= dropped;
            dropped = 0;
        }
    }

    /** Only tabs that keep up want the events one by one, and they stand at the end. */
    private void pack() {
        List<Delivery> old = deliveries.subList(packed, deliveries.size() - LOOSE);
        List<Delivery> fewer = Delivery.packed(old, PACKED_CHARS);
        old.forEach(delivery -> bytes -= size(delivery));
        fewer.forEach(delivery -> bytes += size(delivery));
        old.clear();
        deliveries.addAll(packed, fewer);
        packed += fewer.size();
    }

    boolean holds(long seq) {
        return find(seq) >= 0;
    }

    /** The frame that follows {@code seq}; empty when that is no longer (or not yet) here. */
    Optional<WireFrame> after(long seq) {
        int at = find(seq + 1);
        if (at < 0) {
            return Optional.empty();
        }
        Delivery first = deliveries.get(at);
        if (first.to() <= seq) {
            About.of(key).warn(LOG).log("session has a hole behind seq {} in its window", seq);
            return Optional.empty();
        }
        for (WireFrame frame : Frames.of(first).frames()) {
            if (frame.from() == seq + 1) {
                return Optional.of(frame.seq() == first.to() ? merged(frame, at) : frame);
            }
        }
        return Optional.of(cut(first, seq));
    }

    /** The frame, or one that carries the tokens of the following deliveries too if the tab is that far behind. */
    private WireFrame merged(WireFrame frame, int at) {
        if (at == deliveries.size() - 1
                || !(deliveries.get(at).batch().events().getLast() instanceof Event.Tokens tokens)) {
            return frame;
        }
        if (lastMerged != null && lastMerged.from() == frame.from() && lastMerged.seq() == head) {
            return lastMerged;
        }
        List<Event.Tokens> run = new ArrayList<>(List.of(tokens));
        int chars = tokens.run().text().length();
        for (int i = at + 1; i < deliveries.size() && chars < maxChars; i++) {
            List<Event> next = deliveries.get(i).batch().events();
            if (!tokens.continuedBy(next.getFirst())) {
                break;
            }
            Event.Tokens more = (Event.Tokens) next.getFirst();
            run.add(more);
            chars += more.run().text().length();
            if (next.size() > 1) {
                break;
            }
        }
        if (run.size() == 1) {
            return frame;
        }
        WireFrame merged =
                Frames.frame(key, frame.from(), deliveries.get(at).batch().at(), Event.Tokens.join(run));
        lastMerged = merged;
        return merged;
    }

    /** The tab stands inside a token run: the frame with the rest of it. */
    private WireFrame cut(Delivery delivery, long seq) {
        Event rest = delivery.batch().after(seq).events().getFirst();
        return Frames.frame(key, seq + 1, delivery.batch().at(), rest);
    }

    private int find(long seq) {
        int low = dropped;
        int high = deliveries.size() - 1;
        if (low > high || seq > head || seq < deliveries.get(low).from()) {
            return -1;
        }
        if (deliveries.get(high).from() <= seq) {
            return high;
        }
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (deliveries.get(middle).from() <= seq) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** What it takes with its frames, roughly. */
    private static int size(Delivery delivery) {
        int size = 320;
        for (Event event : delivery.batch().events()) {
            size += event instanceof Event.Tokens tokens
                    ? 2 * tokens.run().text().length() + 4 * tokens.run().pieces()
                    : 512;
        }
        return size;
    }
}
