package dev.sessionmesh.client;

import io.vertx.core.Future;

/** Executes a front-end tool; called on the tab's Vert.x context, once for each call that the tab took. */
@FunctionalInterface
public interface ToolHandler {
    /**
     * @param claim tells when the call is lost; what the handler brings after that is thrown away
     * @return the result, any JSON value; a failure becomes the error of the call
     */
    Future<?> execute(OfferedCall call, ToolClaim claim);
}
