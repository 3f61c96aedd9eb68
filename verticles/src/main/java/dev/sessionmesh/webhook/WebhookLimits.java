package dev.sessionmesh.webhook;

import java.time.Duration;

/**
 * The bounds of this room; documented in docs/limits.md, which a test compares with it.
 *
 * @param endpointsPerTenant webhooks a tenant may have
 * @param urlChars longest address
 * @param patterns event types, and session patterns, of one webhook
 * @param descriptionChars longest description
 * @param inFlight sessions of one webhook that a node serves at a time
 * @param eventsPerPost most events of one request
 * @param bodyBytes size at which a request takes no further event; a single larger event still travels, alone
 * @param scanBytes how much of a log is read at a time
 * @param lanesKept sessions without news that a node remembers the cursor of, per webhook
 * @param gather how long events are gathered before they are looked for
 * @param connectTimeout for the connection, TLS included
 * @param answerTimeout for the whole request up to the status
 * @param backOffFirst pause after the first failure; doubled with each further one, and drawn from half of it to all of it
 * @param backOffEndpoint longest pause between two probes of a webhook that does not answer
 * @param backOffSession longest pause of a session whose events the receiver refuses
 * @param retryAfterMost how far the receiver's Retry-After is believed
 * @param giveUp time of failing after which a webhook is paused
 */
public record WebhookLimits(
        int endpointsPerTenant,
        int urlChars,
        int patterns,
        int descriptionChars,
        int inFlight,
        int eventsPerPost,
        int bodyBytes,
        int scanBytes,
        int lanesKept,
        Duration gather,
        Duration connectTimeout,
        Duration answerTimeout,
        Duration backOffFirst,
        Duration backOffEndpoint,
        Duration backOffSession,
        Duration retryAfterMost,
        Duration giveUp) {

    public static final WebhookLimits DEFAULT = new WebhookLimits(
            16,
            2_048,
            32,
            256,
            8,
            64,
            262_144,
            131_072,
            1_000,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(72));

    public WebhookLimits givingUpAfter(Duration other) {
        return new WebhookLimits(
                endpointsPerTenant,
                urlChars,
                patterns,
                descriptionChars,
                inFlight,
                eventsPerPost,
                bodyBytes,
                scanBytes,
                lanesKept,
                gather,
                connectTimeout,
                answerTimeout,
                backOffFirst,
                backOffEndpoint,
                backOffSession,
                retryAfterMost,
                other);
    }
}
