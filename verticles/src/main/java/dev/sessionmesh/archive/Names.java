package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;

/** The keys that names in memory stand for. */
final class Names {
    private Names() {}

    static SessionKey key(String name) {
        int slash = name.indexOf('/');
        return new SessionKey(name.substring(0, slash), name.substring(slash + 1));
    }
}
