package dev.sessionmesh.gateway;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.gateway.http.Origins;
import dev.sessionmesh.gateway.socket.SocketOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A port for operators and machines, apart from the one that clients reach. */
public final class OperatorVerticle extends VerticleBase {

    /** What it is made of. */
    public record Kit(String host, int port, Limits limits, Origins origins, Consumer<Router> http) {}

    private final Kit kit;
    private @Nullable HttpServer server;

    public OperatorVerticle(Kit kit) {
        this.kit = kit;
    }

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        kit.http().accept(router);
        HttpServer made = vertx.createHttpServer(SocketOptions.of(kit.limits())).requestHandler(request -> {
            if (!kit.origins().turnsAway(request)) {
                router.handle(request);
            }
        });
        server = made;
        return made.listen(kit.port(), kit.host());
    }

    /** The port it listens on. */
    public int port() {
        return server == null ? kit.port() : server.actualPort();
    }
}
