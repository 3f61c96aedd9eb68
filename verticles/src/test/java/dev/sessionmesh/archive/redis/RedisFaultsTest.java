package dev.sessionmesh.archive.redis;

final class RedisFaultsTest extends RedisFaults {
    @Override
    RedisProcess.Kind kind() {
        return RedisProcess.Kind.EMBEDDED;
    }
}
