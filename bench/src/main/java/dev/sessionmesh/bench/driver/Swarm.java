package dev.sessionmesh.bench.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * All tabs of a benchmark, on one thread of their own. Another thread asks it to do or tell things with {@link #ask}; nothing of a
 * tab or the meter may be touched otherwise.
 */
public final class Swarm implements AutoCloseable {
    private static final int READ_BYTES = 256 * 1024;
    private static final long TICK_MILLIS = 100;
    private static final int TICKS_PER_SECOND = 10;
    private static final byte[] PONG = {(byte) 0x8A, (byte) 0x80, 0, 0, 0, 0};

    private final Selector selector;
    private final Thread thread;
    private final Meter meter = new Meter();
    private final FrameReader reader = new FrameReader(meter);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<BenchTab> slow = new ArrayList<>();
    private final ByteBuffer direct = ByteBuffer.allocateDirect(READ_BYTES);
    private byte[] bytes = new byte[2 * READ_BYTES];
    private long nextTick = System.nanoTime();
    private volatile boolean closed;

    public Swarm() {
        try {
            selector = Selector.open();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        thread = Thread.ofPlatform().daemon().name("swarm").start(this::run);
    }

    /** Runs something on the swarm's thread and gives back its answer. */
    public <T> T ask(Callable<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception failed) {
                answer.completeExceptionally(failed);
            }
        });
        selector.wakeup();
        return answer.join();
    }

    /** Forgets what arrived so far. */
    public void reset() {
        ask(() -> {
            meter.reset();
            return true;
        });
    }

    public Meter.Reading reading() {
        return ask(meter::reading);
    }

    /** Waits for something that {@link #ask} is to find true. */
    public void await(String what, Duration within, BooleanSupplier reached) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!ask(reached::getAsBoolean)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Waited " + within.toSeconds() + " s for " + what + "; "
                        + reading().complaints());
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Begins to open a tab; {@link BenchTab#attached} tells when it is. */
    public BenchTab open(String name, URI node, String path) {
        return ask(() -> begin(name, node, path));
    }

    /** The same for the swarm's own thread. */
    public BenchTab begin(String name, URI node, String path) throws IOException {
        BenchTab tab = new BenchTab(name);
        connect(tab, node, path);
        return tab;
    }

    /** Ends a tab that has seen enough; for the swarm's own thread. */
    public void leave(BenchTab tab) {
        end(tab);
    }

    /** Opens a tab whose connection ended once more, for the swarm's own thread. */
    public void reopen(BenchTab tab, URI node, String path) throws IOException {
        connect(tab, node, path);
    }

    /** Opens a tab that reads no more than so much; its kernel is given as little room as it takes. */
    public BenchTab openSlow(String name, URI node, String path, int bytesPerSecond) {
        return ask(() -> {
            BenchTab tab = new BenchTab(name);
            tab.bytesPerTick = Math.max(1, bytesPerSecond / TICKS_PER_SECOND);
            connect(tab, node, path);
            slow.add(tab);
            return tab;
        });
    }

    /** Lets slow tabs read as fast as they can. */
    public void hurry() {
        ask(() -> {
            for (BenchTab tab : slow) {
                tab.bytesPerTick = 0;
                if (tab.key.isValid()) {
                    tab.key.interestOps(SelectionKey.OP_READ);
                }
            }
            slow.clear();
            return true;
        });
    }

    private void connect(BenchTab tab, URI node, String path) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (tab.bytesPerTick > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
        }
        tab.channel = channel;
        tab.begin(path);
        boolean done = channel.connect(new InetSocketAddress(InetAddress.getByName(node.getHost()), node.getPort()));
        tab.key = channel.register(selector, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, tab);
        if (done) {
            upgrade(tab);
        }
    }

    /** Sends a command; for the swarm's thread. */
    public void send(BenchTab tab, String json) {
        byte[] payload = json.getBytes(StandardCharsets.UTF_8);
        int header = payload.length < 126 ? 2 : 4;
        // Clients must mask; a mask of zeros changes nothing and is as valid as any.
        ByteBuffer frame = ByteBuffer.allocate(header + 4 + payload.length).put((byte) 0x81);
        if (header == 2) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        write(tab, frame.putInt(0).put(payload).flip());
    }

    private void write(BenchTab tab, ByteBuffer buffer) {
        try {
            while (buffer.hasRemaining()) {
                tab.channel.write(buffer);
            }
        } catch (IOException broken) {
            gone(tab, broken.toString());
        }
    }

    private void upgrade(BenchTab tab) {
        tab.state = BenchTab.State.UPGRADING;
        String request =
                "GET " + tab.path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        write(tab, ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    private void run() {
        try {
            while (!closed) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                selector.select(this::ready, TICK_MILLIS);
                tick();
            }
            selector.keys().forEach(key -> gone((BenchTab) key.attachment(), "the benchmark is over"));
            selector.close();
        } catch (IOException | RuntimeException broken) {
            broken.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now < nextTick) {
            return;
        }
        nextTick = now + TICK_MILLIS * 1_000_000;
        for (BenchTab tab : List.copyOf(slow)) {
            if (tab.state == BenchTab.State.OPEN) {
                read(tab, tab.bytesPerTick);
            }
        }
    }

    private void ready(SelectionKey key) {
        BenchTab tab = (BenchTab) key.attachment();
        try {
            if (key.isConnectable()) {
                tab.channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                upgrade(tab);
                return;
            }
        } catch (IOException refused) {
            gone(tab, refused.toString());
            return;
        }
        read(tab, READ_BYTES);
    }

    private void read(BenchTab tab, int most) {
        direct.clear().limit(Math.min(most, READ_BYTES));
        int count;
        try {
            count = tab.channel.read(direct);
        } catch (IOException broken) {
            gone(tab, broken.toString());
            return;
        }
        if (count < 0) {
            gone(tab, "closed by the server");
            return;
        }
        if (count > 0) {
            meter.read(count);
            int length = tab.carried + count;
            if (bytes.length < length) {
                bytes = new byte[2 * length];
            }
            System.arraycopy(tab.carry, 0, bytes, 0, tab.carried);
            direct.flip().get(bytes, tab.carried, count);
            take(tab, length);
        }
    }

    private void take(BenchTab tab, int length) {
        int start = 0;
        if (tab.state == BenchTab.State.UPGRADING) {
            start = FrameReader.upgradeEnd(bytes, length);
            if (start < 0) {
                tab.carry(bytes, 0, length);
                return;
            }
            tab.opened();
            if (tab.bytesPerTick > 0) {
                tab.key.interestOps(0);
            }
        }
        switch (reader.read(tab, bytes, start, length, Stamps.nowMicros())) {
            case NOTHING -> {}
            case PONG -> write(tab, ByteBuffer.wrap(PONG));
            case CLOSE -> gone(tab, "close frame");
        }
    }

    private void gone(BenchTab tab, String why) {
        if (tab.state == BenchTab.State.GONE) {
            return;
        }
        if (!closed) {
            meter.lost(tab, why);
        }
        end(tab);
    }

    private static void end(BenchTab tab) {
        tab.state = BenchTab.State.GONE;
        tab.key.cancel();
        try {
            tab.channel.close();
        } catch (IOException already) {
            // It is gone either way.
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
