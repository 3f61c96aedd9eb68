package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms;

/**
 * An approval for every further call of a tool in this session, until it is revoked.
 *
 * @param deciders see {@link ApprovalTerms#deciders}: other people's calls are not approved by it
 * @param at epoch milliseconds
 */
public record Grant(String id, String tool, String deciders, Actor by, long at) {}
