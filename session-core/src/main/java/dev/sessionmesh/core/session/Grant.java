package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;

/**
 * An approval for every further call of a tool in this session, until it is revoked.
 *
 * @param at epoch milliseconds
 */
public record Grant(String id, String tool, Actor by, long at) {}
