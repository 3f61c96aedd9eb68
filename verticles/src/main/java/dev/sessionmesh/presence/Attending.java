package dev.sessionmesh.presence;

import dev.sessionmesh.core.presence.PresenceChange;

/**
 * Who is in a session at the moment of asking.
 *
 * @param partial whether some node did not answer in time
 */
public record Attending(PresenceChange all, boolean partial) {}
