package dev.sessionmesh.gateway.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.StaticHandler;
import java.util.List;

/** The files of the demo page and of the console under {@code /console}, from {@code webroot/} in the class path; without them, a page that says how they come there. */
final class WebFiles {
    private static final String ROOT = "webroot";
    /**
     * Scripts come from this server only. The page may talk to the other nodes, and to nodes on the reader's
     * own machine.
     */
    private static final String POLICY = "default-src 'self'; connect-src 'self' %s; "
            + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String NOT_BUILT = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Sessionmesh</title>
            <h1>Sessionmesh is running</h1>
            <p>This server was built without its pages (<code>webroot/</code> in its class path). The API needs none:
            it is described at <a href="/v1/openapi.json">/v1/openapi.json</a>, and
            <a href="/health/ready">/health/ready</a> tells how this node is.
            </html>
            """;

    private WebFiles() {}

    static void mount(Router router, Origins origins) {
        router.get("/*").handler(call -> protect(call, origins));
        // The page's own addresses are relative, so that it also works behind a proxy that adds a path.
        router.get("/console").handler(call -> {
            if (call.normalizedPath().endsWith("/")) {
                call.next();
            } else {
                call.response()
                        .setStatusCode(302)
                        .putHeader("Location", "console/")
                        .end();
            }
        });
        if (WebFiles.class.getClassLoader().getResource(ROOT + "/index.html") == null) {
            router.get("/").handler(WebFiles::explain);
            return;
        }
        router.get("/*")
                .handler(StaticHandler.create(ROOT).setIndexPage("index.html").setCachingEnabled(false));
    }

    /** The console alone, on a port that clients don't come to. */
    static void mountConsole(Router router, Origins origins) {
        router.get("/").handler(call -> redirect(call, "console/"));
        router.get("/console").handler(call -> {
            if (call.normalizedPath().endsWith("/")) {
                call.next();
            } else {
                redirect(call, "console/");
            }
        });
        for (String part : List.of("console", "assets")) {
            router.get("/" + part + "/*").handler(call -> protect(call, origins));
            router.get("/" + part + "/*")
                    .handler(StaticHandler.create(ROOT + "/" + part)
                            .setIndexPage("index.html")
                            .setCachingEnabled(false));
        }
    }

    private static void redirect(RoutingContext call, String to) {
        call.response().setStatusCode(302).putHeader("Location", to).end();
    }

    private static void protect(RoutingContext call, Origins origins) {
        HttpServerResponse response = call.response();
        response.putHeader("Content-Security-Policy", POLICY.formatted(origins.connections()))
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", cachingOf(call.normalizedPath()));
        call.next();
    }

    /** What lies under {@code assets/} carries a hash of its content in its name; everything else is asked for anew. */
    private static String cachingOf(String path) {
        return path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    }

    private static void explain(RoutingContext call) {
        call.response().putHeader("Content-Type", "text/html; charset=utf-8").end(NOT_BUILT);
    }
}
