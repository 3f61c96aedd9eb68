package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is a member and who holds which partition, the owner first, as far as somebody knows.
 *
 * @param replicas per partition the members that hold it
 */
record Table(long version, List<Member> members, List<List<Member>> replicas) {
    Table {
        members = List.copyOf(members);
        replicas = replicas.stream().map(List::copyOf).toList();
    }

    Optional<Member> owner(int partition) {
        return replicas.get(partition).stream().findFirst();
    }

    List<Member> backups(int partition) {
        List<Member> all = replicas.get(partition);
        return all.isEmpty() ? List.of() : all.subList(1, all.size());
    }

    boolean holds(Member member, int partition) {
        return replicas.get(partition).contains(member);
    }

    Table with(Member joined) {
        List<Member> more = new ArrayList<>(members);
        more.add(joined);
        return new Table(version + 1, more, replicas);
    }

    /** Its backups move up. */
    Table without(Member gone) {
        return new Table(
                version + 1,
                members.stream().filter(member -> member != gone).toList(),
                replicas.stream()
                        .map(held ->
                                held.stream().filter(member -> member != gone).toList())
                        .toList());
    }

    Table with(int partition, List<Member> held) {
        List<List<Member>> next = new ArrayList<>(replicas);
        next.set(partition, held);
        return new Table(version + 1, members, next);
    }

    /** What a member believes that has lost sight of all others. */
    Table alone(Member member) {
        return new Table(
                version,
                List.of(member),
                replicas.stream()
                        .map(held -> held.contains(member) ? List.of(member) : List.<Member>of())
                        .toList());
    }
}
