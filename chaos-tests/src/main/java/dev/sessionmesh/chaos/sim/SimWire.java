package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import org.jspecify.annotations.Nullable;

/** One connection between a tab and a node: in order both ways, and at times slow. */
final class SimWire implements TabChannel {
    private static final int WINDOW = 4;

    private final World world;
    private final SimTab client;
    private final SimNode node;
    private final SimNode.Gateway gateway;
    private final Dice dice;
    private final boolean slow;
    private long lastUp;
    private long lastDown;
    private int underWay;
    private boolean closed;
    private @Nullable Tab tab;

    SimWire(World world, SimTab client, SimNode node, int number, Dice dice) {
        this.world = world;
        this.client = client;
        this.node = node;
        this.dice = dice;
        this.gateway = node.gateways.get(number % node.gateways.size());
        this.slow = dice.chance(15);
    }

    SimNode node() {
        return node;
    }

    /** Whether what it carries takes its time. */
    boolean isSlow() {
        return slow;
    }

    /** Has something done on the node, on the loop of this connection. */
    void toNode(Runnable work) {
        lastUp = Math.max(lastUp, world.timeline.now() + dice.between(300, 3_000));
        world.timeline.at(lastUp, node.machine, () -> gateway.loop().execute(work));
    }

    /** Has something done in the tab. */
    void toClient(Runnable work) {
        long travel = dice.between(300, 3_000) + (slow ? dice.between(0, 60_000) : 0);
        lastDown = Math.max(lastDown, world.timeline.now() + travel);
        world.timeline.at(lastDown, null, () -> {
            if (!closed) {
                work.run();
            }
        });
    }

    /** Runs on the node. */
    void attach(SessionKey key, Hub.Begin begin) {
        gateway.hub().attach(Access.ALL, key, begin, this).onComplete(done -> {
            if (done.failed()) {
                toClient(() -> client.closedByNode(this));
                return;
            }
            switch (done.result()) {
                case Outcome.Done<Hub.Attachment>(Hub.Attachment attachment) -> {
                    if (closed) {
                        attachment.tab().close();
                    } else {
                        // Held so that a snapshot that others share lives as long in every run.
                        world.held.add(attachment.answer());
                        tab = attachment.tab();
                        attachment.tab().start(attachment.answer());
                    }
                }
                case Outcome.Refused<Hub.Attachment> refused -> toClient(() -> client.refused(this, refused.code()));
            }
        });
    }

    void closedByClient() {
        closed = true;
        toNode(() -> {
            if (tab != null) {
                tab.close();
            }
        });
    }

    @Override
    public void send(WireFrame frame) {
        underWay++;
        toClient(() -> {
            client.receive(this, frame);
            toNode(() -> {
                boolean full = !writable();
                underWay--;
                if (full && tab != null) {
                    tab.pump();
                }
            });
        });
    }

    @Override
    public boolean writable() {
        return underWay < WINDOW;
    }
}
