package dev.sessionmesh.routing;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.telemetry.metrics.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * One exchange's way to another node. What is offered within one turn of the event loop goes out as one message. The bus has no
 * back-pressure, so a node that stops confirming what it got is sent nothing more until it does: it will find what it missed in the
 * log.
 */
final class PeerLink {
    /** Bytes that may be under way to a node without its confirmation. */
    private static final long WINDOW = 8 << 20;
    /** Bytes after which a message is sent without waiting for the turn's end. */
    private static final int FULL = 64 << 10;

    private final Bus bus;
    private final String self;
    private final String node;
    private final int exchange;
    private final List<Bundle.Item> waiting = new ArrayList<>();
    private int waitingBytes;
    private long sentBytes;
    private long receivedBytes;
    private final Counter dropped;

    /** @param dropped counts batches not sent because the node did not confirm */
    PeerLink(Bus bus, String self, String node, int exchange, Counter dropped) {
        this.bus = bus;
        this.self = self;
        this.node = node;
        this.exchange = exchange;
        this.dropped = dropped;
    }

    /** @return whether a flush has to be scheduled */
    boolean offer(Bundle.Item item) {
        if (isFull()) {
            dropped.increment();
            return false;
        }
        waiting.add(item);
        waitingBytes += item.batch().length;
        if (waitingBytes >= FULL) {
            flush();
            return false;
        }
        return waiting.size() == 1;
    }

    void flush() {
        if (!waiting.isEmpty()) {
            sentBytes += waitingBytes;
            send(new Bundle.Events(self, exchange, sentBytes, List.copyOf(waiting)));
            waiting.clear();
            waitingBytes = 0;
        }
    }

    /** What nobody misses is not sent to a node that does not keep up. */
    void signal(Bundle.Signal signal) {
        if (!isFull()) {
            send(signal);
        }
    }

    void send(Bundle bundle) {
        bus.send(node, bundle);
    }

    /** Asks a node that has confirmed too little whether it is there: what it never got, it can't confirm. */
    void probe() {
        if (isFull()) {
            send(new Bundle.Events(self, exchange, sentBytes, List.of()));
        }
    }

    private boolean isFull() {
        return sentBytes - receivedBytes > WINDOW;
    }

    void received(long bytes) {
        receivedBytes = Math.max(receivedBytes, bytes);
    }
}
