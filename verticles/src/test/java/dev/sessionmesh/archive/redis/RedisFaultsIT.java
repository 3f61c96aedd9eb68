package dev.sessionmesh.archive.redis;

final class RedisFaultsIT extends RedisFaults {
    @Override
    RedisProcess.Kind kind() {
        return RedisProcess.Kind.INSTALLED;
    }
}
