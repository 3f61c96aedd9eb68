package dev.sessionmesh.chaos.lab;

import java.util.List;

/** Redis servers that stand in for each other: when one that takes writes dies or hangs, its replica takes its place. */
public interface RedisGroup extends AutoCloseable {

    /** As nodes are told of it. */
    String url();

    /** One that takes writes and that others follow. */
    RedisProcess master();

    /** Whether another one takes writes in the place of one that is gone, or hangs. */
    boolean isReplaced(RedisProcess gone);

    /** All that hold data. */
    List<RedisProcess> servers();

    /** Waits until each is where it belongs: whoever takes writes has a replica that follows. */
    void awaitWhole();

    @Override
    void close();
}
