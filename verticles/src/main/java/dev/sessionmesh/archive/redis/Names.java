package dev.sessionmesh.archive.redis;

import dev.sessionmesh.core.SessionKey;

/**
 * What our keys are called. What stands in braces decides where a Cluster keeps a key: all of a session is in one place, and so is the index of a tenant.
 *
 * @param prefix before each of them
 */
record Names(String prefix) {
    String session(SessionKey key) {
        return prefix + ":{" + key + "}";
    }

    String log(SessionKey key) {
        return session(key) + ":log";
    }

    /** There for no longer than a script runs. */
    String copy(SessionKey key) {
        return log(key) + ":copy";
    }

    String snapshot(SessionKey key) {
        return session(key) + ":snapshot";
    }

    String blobs(SessionKey key) {
        return session(key) + ":blobs";
    }

    /** Where webhooks stand in the session. */
    String cursors(SessionKey key) {
        return session(key) + ":cursors";
    }

    /** A tenant's webhooks in a cluster. */
    String webhooks(String cluster, String tenant) {
        return index(tenant) + "webhooks:" + cluster;
    }

    /** The tenants that have them. */
    String webhooked(String cluster) {
        return prefix + ":webhooks:" + cluster;
    }

    /** Sessions in which somebody may have to be told of something. */
    String untold(String cluster, int bucket) {
        return prefix + ":untold:" + cluster + ":" + bucket;
    }

    /** The rows of a tenant's index. */
    String rows(String tenant) {
        return index(tenant) + "rows";
    }

    /** All sessions of a tenant in the order of their last change. */
    String everyone(String tenant) {
        return index(tenant) + "all";
    }

    /** The same order, of those only that a user took part in. */
    String user(String tenant, String user) {
        return index(tenant) + "user:" + user;
    }

    String state(String tenant, String state) {
        return index(tenant) + "state:" + state;
    }

    String label(String tenant, String name, String value) {
        return index(tenant) + "label:" + name + "=" + value;
    }

    String asleep(String tenant, boolean asleep) {
        return index(tenant) + (asleep ? "asleep" : "awake");
    }

    private String index(String tenant) {
        return prefix + ":{" + tenant + "}:";
    }

    String due(int bucket) {
        return prefix + ":due:" + bucket;
    }

    /** Lost with all that the archive has. */
    String origin() {
        return prefix + ":origin";
    }

    String tenants() {
        return prefix + ":tenants";
    }
}
