package dev.sessionmesh.cluster.agreement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which names the next view should have.
 *
 * <ul>
 *   <li>Somebody new is added, but not while a member of the view is merely away: that would raise the majority just
 *       when it is scarce.
 *   <li>Names that are gone (they announced it, or crashed and stayed away for the hold-down while the data was copied
 *       again) are dropped only if that lowers the majority that is needed: 3 names with one away need two, and so would
 *       2. So an even rest keeps one of the gone, who counts again the moment it returns.
 *   <li>Never a view that those present could not form.
 * </ul>
 *
 * @param current the view to be followed
 * @param oldestFirst everybody present
 * @param leaving present, but announced to go
 * @param left gone after an announcement
 * @param expired gone for so long that it may lose its place
 */
record Succession(
        View current, List<String> oldestFirst, Set<String> leaving, Set<String> left, Predicate<String> expired) {

    NavigableSet<String> names() {
        var staying = new ArrayList<>(oldestFirst);
        staying.removeAll(leaving);
        Set<String> members = current.names();
        var absent = new TreeSet<>(members);
        oldestFirst.forEach(absent::remove);
        var merelyAway = absent.stream()
                .filter(name -> !left.contains(name) && !expired.test(name))
                .toList();

        var next = new TreeSet<>(merelyAway);
        staying.stream().filter(members::contains).forEach(next::add);
        if (merelyAway.isEmpty()) {
            staying.stream()
                    .filter(name -> !members.contains(name))
                    .limit(View.NAMES_MAX - next.size())
                    .forEach(next::add);
        }
        if (next.size() % 2 == 0) {
            keepOneOfTheGone(next);
        }
        return couldForm(next, staying) ? next : new TreeSet<>(members);
    }

    private void keepOneOfTheGone(NavigableSet<String> next) {
        var gone = new TreeSet<>(current.names());
        gone.removeAll(next);
        gone.stream()
                .filter(name -> !left.contains(name) && !leaving.contains(name))
                .findFirst()
                .or(() -> gone.stream().findFirst())
                .ifPresent(next::add);
    }

    private static boolean couldForm(Collection<String> next, Collection<String> staying) {
        return !next.isEmpty() && next.stream().filter(staying::contains).count() >= next.size() / 2 + 1;
    }
}
