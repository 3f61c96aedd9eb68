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
 * <h2>Majorities that remember</h2>
 *
 * Two majorities share a node, but sessions are in memory: if that node died in between and came back empty, the second majority may know nothing of
 * what the first one took. So each node writes down its <em>company</em>, the member list in which it last belonged to a majority, before it says that it has
 * that list, and nothing is acknowledged until a majority has said so. Of the nodes that have not belonged to a majority since they were started, one
 * counts only beside a node of its company that has, or when every name of the view is present, and everybody that took in what one of them had:
 *
 * <ul>
 *   <li>Let L be the list in which the last write was acknowledged. A majority had L for its company, so some X of it is in any later majority.
 *   <li>If X remembers, so does the later majority. If it is empty, it counts beside some Y that remembers. X wrote down nothing after L, as the write
 *       was the last one, so Y is in L, and has not been empty since or belonged to a majority since; by the same argument that one remembers.
 *   <li>With every name present, whatever did not die with all who had it is there.
 * </ul>
 *
 * <p>A node that was merged into another side keeps silent until it ends: it takes in what only that side knows, and forgets it. It writes down who
 * took in what it had. Where everybody who is there came back empty, somebody who is away may have what they had, or nobody. They wait for as long as a
 * crashed node keeps its place in the view, and then go on, unless it was a merge that emptied one of them: then somebody does have it.
 *
 * <p>The proof rests on the cluster's promise that a member that was removed comes back as another incarnation, and on the
 * persisted vote and company: a node that restarts without its state directory has forgotten what it accepted, and takes the whole view for its
 * company.
 */
@NullMarked
package dev.sessionmesh.cluster.agreement;

import org.jspecify.annotations.NullMarked;
