package dev.sessionmesh.bench.driver;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.function.Consumer;

/** One WebSocket of the driver. Belongs to the thread of its swarm. */
public final class BenchTab {
    /** From which point of its life it is; a tab that ended may be opened again elsewhere. */
    enum State {
        CONNECTING,
        UPGRADING,
        OPEN,
        GONE
    }

    final String name;

    @SuppressWarnings("NullAway.Init") // set by the swarm before anybody sees the tab
    SocketChannel channel;

    @SuppressWarnings("NullAway.Init")
    SelectionKey key;

    State state = State.CONNECTING;
    String path = "";
    /** The start of a frame whose rest has not come yet. */
    byte[] carry = new byte[0];

    int carried;
    int bytesPerTick;
    private long seq;
    private long frames;
    private long tokens;
    private int tokenBytes;
    private boolean attached;
    private long openedNanos;
    private long goal = Long.MAX_VALUE;
    private Runnable atGoal = () -> {};
    private Consumer<String> listener = frame -> {};
    private boolean listening;

    BenchTab(String name) {
        this.name = name;
    }

    /** From now on the stamps of the tokens count as latencies. All tokens that will come have this size. */
    public void readStamps(int tokenBytes) {
        this.tokenBytes = tokenBytes;
    }

    int tokenBytes() {
        return tokenBytes;
    }

    /** The last event it has. */
    public long seq() {
        return seq;
    }

    /** Frames with events since it was first opened. */
    public long frames() {
        return frames;
    }

    public long tokens() {
        return tokens;
    }

    /** Whether the server follows the session for it. */
    public boolean attached() {
        return state == State.OPEN && attached;
    }

    void opened() {
        state = State.OPEN;
        openedNanos = System.nanoTime();
    }

    /** When its WebSocket was open. */
    public long openedNanos() {
        return openedNanos;
    }

    public boolean gone() {
        return state == State.GONE;
    }

    /** Runs something as soon as the tab has the event {@code seq}. */
    public void at(long seq, Runnable action) {
        goal = seq;
        atGoal = action;
    }

    /** Where it stands in the log before its first event. */
    public void startAfter(long seq) {
        this.seq = seq;
    }

    /** Hears all frames that are not tokens. */
    public void listen(Consumer<String> listener) {
        this.listener = listener;
        this.listening = true;
    }

    boolean listening() {
        return listening;
    }

    void heard(String frame) {
        attached |= frame.startsWith("{\"type\":\"attached\"");
        listener.accept(frame);
    }

    void begin(String path) {
        this.path = path;
        state = State.CONNECTING;
        attached = false;
        dropCarry();
    }

    boolean continues(EventFrame frame) {
        return frame.from() == seq + 1;
    }

    void took(EventFrame frame) {
        seq = frame.seq();
        frames++;
        if (frame.token()) {
            tokens += frame.events();
        }
        if (seq >= goal) {
            goal = Long.MAX_VALUE;
            atGoal.run();
        }
    }

    void carry(byte[] bytes, int from, int to) {
        carried = to - from;
        if (carry.length < carried) {
            carry = new byte[Integer.highestOneBit(carried) * 2];
        }
        System.arraycopy(bytes, from, carry, 0, carried);
    }

    /** A big carry is for a moment; thousands of tabs would keep it for good. */
    void dropCarry() {
        carried = 0;
        if (carry.length > 1024) {
            carry = Arrays.copyOf(carry, 0);
        }
    }

    @Override
    public String toString() {
        return name + " (" + path + ")";
    }
}
