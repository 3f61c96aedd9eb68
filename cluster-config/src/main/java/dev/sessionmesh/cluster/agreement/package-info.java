/**
 * Agreement on who belongs to the cluster, so that "a majority" means the same thing on both sides of a cut.
 *
 * <p>Everything here is pure: no threads, no clock, no network. {@link dev.sessionmesh.cluster.agreement.AgreedView}
 * takes inputs and returns outputs; whoever drives it sends, persists and tells the time.
 *
 * <h2>The protocol on one page</h2>
 *
 * A {@link dev.sessionmesh.cluster.agreement.View} is a numbered set of node names. A node may write while a majority
 * of its view's names is present <em>and was heard</em> by this incarnation of it a short while ago. View n+1 is decided by a
 * single-decree Paxos among the members of view n, with one addition: <em>every node that is present</em>, voter or
 * not, must accept, and it accepts only if its member list equals the proposer's. That addition is what makes a plain
 * counting of present names safe for somebody who has not heard of view n+1 yet:
 *
 * <ul>
 *   <li>Let X count a majority S of view n, and let view n+1 be decided by a majority Q of view n. Some Z is in both.
 *   <li>If X was in Z's member list when Z accepted, X accepted view n+1 too, remembers it, and from then on needs a
 *       majority of both views.
 *   <li>If it was not, X came into Z's list later, as a new incarnation; X counts Z only after a status that Z sent to
 *       that incarnation, and that status names what Z had accepted. Again X needs a majority of both.
 *   <li>A majority of view n+1 on X's side of a cut leaves none for the other side. The step from n+1 to n+2 repeats
 *       the argument.
 * </ul>
 *
 * The short while is not needed for the proof. It closes the minority of a fresh cut before the member lists do, and makes
 * a node that stood still ask before it writes.
 *
 * <p>The proof rests on the cluster's promise that a member that was removed comes back as another incarnation, and on the
 * persisted vote: a node that restarts without its state directory has forgotten what it accepted.
 */
@NullMarked
package dev.sessionmesh.cluster.agreement;

import org.jspecify.annotations.NullMarked;
