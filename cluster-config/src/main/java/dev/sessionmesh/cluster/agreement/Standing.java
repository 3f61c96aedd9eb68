package dev.sessionmesh.cluster.agreement;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node's right to write rests on. It can be held against a member list that is younger than the agreement's: of a member that died, the
 * appends learn first.
 *
 * @param views a majority of each is needed: the view, and those that may have been agreed since; none is never enough
 * @param counted who counts: incarnation to name
 * @param alike the names of those who last spoke with the very member list that this node has
 * @param outcasts the names among these that make a majority only beside one that stands without them, or when everybody is there
 */
public record Standing(List<View> views, Map<String, String> counted, Set<String> alike, Set<String> outcasts) {
    /** Of a node that has heard of nothing yet. */
    public static final Standing NONE = new Standing(List.of(), Map.of(), Set.of(), Set.of());

    public Standing {
        views = List.copyOf(views);
        counted = Map.copyOf(counted);
        alike = Set.copyOf(alike);
        outcasts = Set.copyOf(outcasts);
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

    /** Whether it takes everybody, as many of those who are there are outcasts. */
    boolean waitsForEverybody() {
        return !views.isEmpty() && views.stream().allMatch(view -> view.hasMajorityOf(counted.values()));
    }

    private boolean isMajority(Collection<String> names) {
        return !views.isEmpty() && views.stream().allMatch(view -> isMajority(view, names, outcasts));
    }

    static boolean isMajority(View view, Collection<String> names, Set<String> outcasts) {
        if (!view.isNone() && names.containsAll(view.names())) {
            return true;
        }
        return view.hasMajorityOf(
                names.stream().filter(name -> !outcasts.contains(name)).toList());
    }
}
