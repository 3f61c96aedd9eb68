package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.redis.RedisSettings.Login;
import dev.sessionmesh.archive.redis.RedisSettings.Tls;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.RedisStandaloneConnectOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes connections: the password is read, the connection made, and who we are said, all within the limit. */
final class Dialer {
    private static final long PASSWORD_BYTES_MOST = 4_096;

    private final Vertx vertx;
    private final Loop loop;
    private final RedisSettings settings;

    Dialer(Vertx vertx, Loop loop, RedisSettings settings) {
        this.vertx = vertx;
        this.loop = loop;
        this.settings = settings;
    }

    /** A connection to a server that keeps data. */
    Future<Line> dial(Address address) {
        return dial(address, settings.login(), settings.database());
    }

    Future<Line> dialSentinel(Address address) {
        return dial(address, settings.sentinels(), 0);
    }

    private Future<Line> dial(Address address, Login login, int database) {
        return password(login).compose(password -> {
            Redis client = Redis.createStandaloneClient(
                    vertx, options(), () -> Future.succeededFuture(hello(where(address, database), login, password)));
            Promise<RedisConnection> made = Promise.promise();
            client.connect().onComplete(result -> {
                if (result.failed()) {
                    made.tryFail(Faults.of(result.cause(), address.toString()));
                } else {
                    made.tryComplete(result.result());
                }
            });
            loop.after(
                    settings.limits().answer().toMillis(),
                    () -> made.tryFail(Faults.away(address + ": it does not answer")));
            return made.future()
                    .map(connection -> new Line(address, client, connection, loop, settings))
                    .onFailure(failed -> client.close());
        });
    }

    private RedisOptions options() {
        NetClientOptions net = new NetClientOptions()
                .setConnectTimeout((int) settings.limits().answer().toMillis())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        settings.tls().ifPresent(tls -> secure(net, tls));
        return new RedisOptions()
                .setNetClientOptions(net)
                .setMaxPoolSize(1)
                .setMaxPoolWaiting(1)
                .setPoolCleanerInterval(-1)
                .setPoolRecycleTimeout(-1);
    }

    private String where(Address address, int database) {
        String scheme = settings.tls().isPresent() ? "rediss://" : "redis://";
        return scheme + address + (database > 0 ? "/" + database : "");
    }

    private static void secure(NetClientOptions net, Tls tls) {
        net.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
        tls.authorities().ifPresent(file -> net.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        tls.identity()
                .ifPresent(files -> net.setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(files.certificate().toString())
                        .addKeyPath(files.key().toString())));
    }

    private RedisStandaloneConnectOptions hello(String where, Login login, Optional<String> password) {
        RedisStandaloneConnectOptions hello = new RedisStandaloneConnectOptions()
                .setConnectionString(where)
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .setMaxWaitingHandlers(settings.limits().calls());
        login.user().ifPresent(hello::setUser);
        password.ifPresent(hello::setPassword);
        return hello;
    }

    private Future<Optional<String>> password(Login login) {
        @Nullable Path file = login.password().orElse(null);
        if (file == null) {
            return Future.succeededFuture(Optional.empty());
        }
        return vertx.executeBlocking(() -> Optional.of(read(file)), false)
                .recover(unreadable -> Future.failedFuture(Faults.away("the file with Redis' password can't be used")));
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > PASSWORD_BYTES_MOST) {
            throw new IOException("too long");
        }
        String password = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (password.isEmpty()) {
            throw new IOException("empty");
        }
        return password;
    }
}
