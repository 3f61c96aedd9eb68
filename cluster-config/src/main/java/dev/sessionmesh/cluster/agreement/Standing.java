package dev.sessionmesh.cluster.agreement;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node's right to write rests on. It can be held against a member list that is younger than the agreement's: of a member that died, the
 * appends learn first.
 *
 * @param views a majority of each is needed: the view, and those that may have been agreed since; none is never enough
 * @param counted who counts: incarnation to name
 * @param alike the names of those who last spoke with the very member list that this node has, and wrote it down
 * @param empty who has not belonged to a majority since it was started, and with what company it last did before
 * @param takers who has what some of these had
 * @param givenUp who has been away for so long that those who all came back empty need not wait for it
 */
public record Standing(
        List<View> views,
        Map<String, String> counted,
        Set<String> alike,
        Map<String, Set<String>> empty,
        Set<String> takers,
        Set<String> givenUp) {
    /** Of a node that has heard of nothing yet. */
    public static final Standing NONE = new Standing(List.of(), Map.of(), Set.of(), Map.of(), Set.of(), Set.of());

    public Standing {
        views = List.copyOf(views);
        counted = Map.copyOf(counted);
        alike = Set.copyOf(alike);
        empty = Map.copyOf(empty);
        takers = Set.copyOf(takers);
        givenUp = Set.copyOf(givenUp);
    }

    public boolean hasQuorum() {
        return isMajority(counted.values());
    }

    /** @param isMember whether an incarnation is in the cluster's member list by now */
    public boolean hasQuorumAmong(Predicate<String> isMember) {
        return isMajority(counted.entrySet().stream()
                .filter(one -> isMember.test(one.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toSet()));
    }

    /**
     * Whether a majority has the same member list. Without it two nodes whose lists overlap may both count a majority for as long as they
     * remember having heard from those who are in both, so a write waits until the lists are the same again.
     */
    public boolean isSettled() {
        return isMajority(alike);
    }

    /** Who may know the newest, where only that is missing; else nobody. */
    Set<String> awaited() {
        var enough = !views.isEmpty() && views.stream().allMatch(view -> view.hasMajorityOf(counted.values()));
        if (!enough || hasQuorum()) {
            return Set.of();
        }
        return views.stream()
                .flatMap(view -> away(view, counted.values()).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isMajority(Collection<String> names) {
        return !views.isEmpty() && views.stream().allMatch(view -> isMajority(view, names));
    }

    /** The package page says why this is enough. */
    boolean isMajority(View view, Collection<String> names) {
        var away = away(view, names);
        var remembering =
                names.stream().filter(name -> !empty.containsKey(name)).collect(Collectors.toSet());
        if (remembering.isEmpty()) {
            return view.hasMajorityOf(names) && givenUp.containsAll(away);
        }
        return !view.isNone() && away.isEmpty()
                || view.hasMajorityOf(names.stream()
                        .filter(name -> !Collections.disjoint(empty.getOrDefault(name, Set.of(name)), remembering))
                        .toList());
    }

    private Set<String> away(View view, Collection<String> names) {
        var away = new TreeSet<>(view.names());
        away.addAll(takers);
        away.removeAll(names);
        return away;
    }
}
