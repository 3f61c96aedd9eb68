package dev.sessionmesh.cluster.agreement;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An agreed membership: the names whose majority may write.
 *
 * @param lineage random id minted with the first view; two clusters that were born apart have two
 * @param term how often an operator forced a view; a forced view outranks every agreed one before it
 * @param version from 1, one more with every view
 * @param names the node names, at most {@link #NAMES_MAX}
 */
public record View(String lineage, long term, long version, SortedSet<String> names) {
    public static final int NAMES_MAX = 64;
    public static final int TEXT_MAX = 128;

    /** What a node has before it belongs to any cluster. */
    public static final View NONE = new View("", 0, 0, Collections.emptySortedSet());

    public View {
        names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        if (lineage.length() > TEXT_MAX) {
            throw new IllegalArgumentException("lineage longer than " + TEXT_MAX);
        }
        if (term < 0 || version < 0 || (version == 0) != names.isEmpty()) {
            throw new IllegalArgumentException("a view has a version and names, or neither: " + version + names);
        }
        if (names.size() > NAMES_MAX) {
            throw new IllegalArgumentException("more than " + NAMES_MAX + " names: " + names.size());
        }
        for (var name : names) {
            if (name.isEmpty() || name.length() > TEXT_MAX) {
                throw new IllegalArgumentException("node name of 1 to " + TEXT_MAX + " characters expected: " + name);
            }
        }
    }

    static View first(String lineage, Collection<String> names) {
        return new View(lineage, 0, 1, new TreeSet<>(names));
    }

    View next(Collection<String> successors) {
        return new View(lineage, term, version + 1, new TreeSet<>(successors));
    }

    View forced(Collection<String> successors) {
        return new View(lineage, term + 1, version + 1, new TreeSet<>(successors));
    }

    public boolean isNone() {
        return version == 0;
    }

    /** How many of the names make a majority; 1 for the empty view, so that it never has one. */
    public int majority() {
        return names.size() / 2 + 1;
    }

    public boolean hasMajorityOf(Collection<String> present) {
        return names.stream().filter(present::contains).count() >= majority();
    }

    /**
     * A total order. Within a lineage it is age; agreed views of one version never differ, so the names decide only
     * between views that two operators forced at the same time. Between lineages the larger cluster wins, because the
     * smaller is more often a node that was started alone by mistake.
     */
    boolean outranks(View other) {
        if (isNone() || other.isNone()) {
            return !isNone() && other.isNone();
        }
        if (!lineage.equals(other.lineage)) {
            int bySize = Integer.compare(names.size(), other.names.size());
            int byVersion = bySize != 0 ? bySize : Long.compare(version, other.version);
            return (byVersion != 0 ? byVersion : lineage.compareTo(other.lineage)) > 0;
        }
        int byTerm = Long.compare(term, other.term);
        int byVersion = byTerm != 0 ? byTerm : Long.compare(version, other.version);
        return (byVersion != 0 ? byVersion : String.join(",", names).compareTo(String.join(",", other.names))) > 0;
    }

    @Override
    public String toString() {
        return isNone() ? "no view" : "view " + (term == 0 ? "" : term + ".") + version + " " + names;
    }
}
