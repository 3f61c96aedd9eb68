package dev.sessionmesh.server.cli;

import dev.sessionmesh.webhook.UrlRules;
import dev.sessionmesh.webhook.WebhookLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where webhooks may lead, and what they are signed with. */
final class WebhookFlags {
    private static final int HOURS_MAX = 24 * 30;

    @Option(
            names = "--webhook-key-file",
            paramLabel = "FILE",
            description =
                    "Ed25519 keys that webhooks are signed with, as PEM or JWK: the first signs, all are published; the same"
                            + " on every node, and read again when it changes. Default: the cluster makes one, which a full"
                            + " stop of it loses.")
    private Optional<Path> keyFile = Optional.empty();

    @Option(
            names = "--webhook-allow-http",
            arity = "0..1",
            fallbackValue = "true",
            description = "Webhooks may lead to addresses without TLS.")
    private boolean http;

    @Option(
            names = "--webhook-allow-private",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Webhooks may lead to private, link-local and loopback addresses, which whoever registers one might not"
                            + " reach himself.")
    private boolean inside;

    @Option(
            names = "--webhook-give-up",
            paramLabel = "HOURS",
            description = "After so many hours of failing a webhook is paused.")
    private int giveUp = (int) WebhookLimits.DEFAULT.giveUp().toHours();

    ServeOptions.Hooks hooks() {
        if (giveUp < 1 || giveUp > HOURS_MAX) {
            throw new IllegalArgumentException("--webhook-give-up must be 1 to " + HOURS_MAX + ", not " + giveUp);
        }
        return new ServeOptions.Hooks(
                keyFile, new UrlRules(http, inside), WebhookLimits.DEFAULT.givingUpAfter(Duration.ofHours(giveUp)));
    }
}
