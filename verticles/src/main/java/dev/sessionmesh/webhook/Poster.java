package dev.sessionmesh.webhook;

import java.net.URI;
import java.util.concurrent.CompletionStage;

/** Sends a request and tells what became of it; never fails otherwise. */
interface Poster {
    CompletionStage<Answer> post(URI url, Message message);
}
