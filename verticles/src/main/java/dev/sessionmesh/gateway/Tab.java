package dev.sessionmesh.gateway;

import dev.sessionmesh.core.SessionKey;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A client's place in a session: a cursor over the log, not a queue. While the channel takes it, what follows the cursor is sent; while
 * it does not, nothing piles up. A tab behind the node's window reads from the log until it has caught up.
 */
public final class Tab implements PresenceFeed.Onlooker {
    private static final int FIRST_READ_BYTES = 131_072;
    /** Who takes what was read this quickly gets more at a time. */
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int MOST_READ_BYTES = 524_288;
    /** When so few frames of what was read are left to be sent, more is read meanwhile. */
    private static final int FRAMES_LEFT = 2;

    private final HubFeed feed;
    private final TabChannel channel;
    private final GatewayMeters meters;
    private Iterator<WireFrame> first = Collections.emptyIterator();
    private final Deque<WireFrame> old = new ArrayDeque<>();
    private int readBytes = FIRST_READ_BYTES;
    private long readAtNanos;
    private long sentSeq;
    private boolean fetching;
    private boolean started;
    private boolean closed;
    /** Whether there is something for it that its channel does not take. */
    private boolean slow;

    private Runnable closing = () -> {};

    Tab(HubFeed feed, TabChannel channel, long sentSeq, GatewayMeters meters) {
        this.meters = meters;
        this.feed = feed;
        this.channel = channel;
        this.sentSeq = sentSeq;
        this.readAtNanos = feed.nanos() - QUICK_NANOS;
    }

    public SessionKey key() {
        return feed.key();
    }

    /** The last seq handed to the channel. */
    public long sentSeq() {
        return sentSeq;
    }

    /** Sends the frames that answer the attach (a snapshot may be many), then the events that follow. */
    public void start(Iterator<WireFrame> answer) {
        first = answer;
        started = true;
        pump();
    }

    /** Stops following. Frames already handed to the channel still arrive. */
    public void close() {
        if (!closed) {
            closed = true;
            first = Collections.emptyIterator();
            slow(false);
            feed.remove(this);
            closing.run();
        }
    }

    /** Has the work done when this tab ends, whoever ends it; now if it has ended. */
    public void onClose(Runnable work) {
        if (closed) {
            work.run();
        } else {
            closing = work;
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** How many events there are that it has not been handed. */
    long behind() {
        return Math.max(0, feed.head() - sentSeq);
    }

    /** Whether its client takes nothing at the moment. */
    boolean isHeldUp() {
        return !channel.writable();
    }

    /** Sends as much as the channel takes. Called when there is more, and when the channel is writable again. */
    public void pump() {
        while (started && !closed && channel.writable()) {
            if (first.hasNext()) {
                answer(first.next());
            } else if (!old.isEmpty()) {
                advance(old.remove());
                readAhead();
            } else if (sentSeq >= feed.head()) {
                slow(false);
                return;
            } else {
                Optional<WireFrame> next = feed.after(sentSeq);
                if (next.isEmpty()) {
                    fetch(sentSeq);
                    return;
                }
                advance(next.get());
            }
        }
        slow(started && !closed && sentSeq < feed.head());
    }

    private void slow(boolean now) {
        if (slow != now) {
            slow = now;
            meters.slowTabs().add(now ? 1 : -1);
        }
    }

    /**
     * A frame that is not in the log; a slow tab does without.
     *
     * @return whether it was sent
     */
    @Override
    public boolean signal(WireFrame frame) {
        boolean takes = started && !closed && channel.writable();
        if (takes) {
            channel.send(frame);
        }
        return takes;
    }

    /** The last frame of all, which also a slow tab gets. */
    void end(WireFrame frame) {
        if (!closed) {
            channel.send(frame);
            close();
        }
    }

    private void answer(WireFrame frame) {
        if (!first.hasNext()) {
            // Lets go of the snapshot.
            first = Collections.emptyIterator();
        }
        channel.send(frame);
    }

    private void advance(WireFrame frame) {
        if (frame.from() != sentSeq + 1) {
            throw new IllegalStateException("frame " + frame.from() + " does not follow " + sentSeq);
        }
        meters.frames().increment();
        meters.events().add(frame.seq() - sentSeq);
        sentSeq = frame.seq();
        channel.send(frame);
    }

    /** For who takes at once what he gets: a slow tab is to hold no more than one read. */
    private void readAhead() {
        if (!old.isEmpty()
                && old.size() <= FRAMES_LEFT
                && feed.nanos() - readAtNanos < QUICK_NANOS
                && !feed.reaches(old.getLast().seq())) {
            fetch(old.getLast().seq());
        }
    }

    private void fetch(long after) {
        if (fetching) {
            return;
        }
        fetching = true;
        meters.tabReads().increment();
        long now = feed.nanos();
        readBytes = now - readAtNanos < QUICK_NANOS ? Math.min(readBytes * 2, MOST_READ_BYTES) : FIRST_READ_BYTES;
        readAtNanos = now;
        feed.read(after, readBytes).onComplete(done -> {
            fetching = false;
            if (closed) {
                return;
            }
            if (done.failed()) {
                feed.failed(this, done.cause());
                return;
            }
            List<WireFrame> frames = done.result();
            old.addAll(frames);
            if (frames.isEmpty()) {
                feed.failed(this, new IllegalStateException("nothing to read behind " + after));
            } else {
                pump();
            }
        });
    }
}
