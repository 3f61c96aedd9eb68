package dev.sessionmesh.archive;

import java.util.List;

/**
 * Sessions that were looked for.
 *
 * @param next cursor of the page that follows; empty when this is the last one. A page may be short, or even empty, and not be the last.
 */
public record Page(List<Listed> sessions, String next) {
    public Page {
        sessions = List.copyOf(sessions);
    }
}
