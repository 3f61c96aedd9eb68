package dev.sessionmesh.chaos.fault;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.vertx.core.Context;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One connection through the proxy: two pipes that share its end. Stays on the proxy's context. */
final class ProxiedConnection {

    private final NetSocket near;
    private final NetSocket far;
    private final Supplier<Faults> faults;
    private final Consumer<ProxiedConnection> ended;
    private final Pipe requests;
    private final Pipe answers;
    private boolean over;

    ProxiedConnection(
            Context context,
            NetSocket near,
            NetSocket far,
            Supplier<Faults> faults,
            Random random,
            Consumer<ProxiedConnection> ended) {
        this.near = near;
        this.far = far;
        this.faults = faults;
        this.ended = ended;
        this.requests = new Pipe(context, near, far, faults, random, () -> Long.MAX_VALUE, () -> {});
        this.answers =
                new Pipe(context, far, near, faults, random, () -> faults.get().answerBytesMax(), this::enough);
        requests.start(this::close);
        answers.start(this::close);
    }

    /** The faults have changed: those that were past their limit may go on or must stop. */
    void changed() {
        answers.wake();
        requests.wake();
    }

    private void enough() {
        switch (faults.get().beyond()) {
            case SILENCE -> requests.silence();
            case CLOSE -> close();
            case RESET -> reset();
        }
    }

    /** Closing with a zero linger makes the kernel send a reset. */
    void reset() {
        for (NetSocket socket : new NetSocket[] {near, far}) {
            try {
                ((NetSocketInternal) socket)
                        .channelHandlerContext()
                        .channel()
                        .config()
                        .setOption(ChannelOption.SO_LINGER, 0);
            } catch (ChannelException closed) {
                // Its other end was quicker.
            }
        }
        close();
    }

    private void close() {
        if (!over) {
            over = true;
            ended.accept(this);
            requests.stop();
            answers.stop();
            near.close();
            far.close();
        }
    }
}
