package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** What {@link MemoryArchive} keeps of webhooks. */
final class MemoryWebhooks implements WebhookArchive {
    private record Place(String cluster, String tenant) {}

    private record Shelf(long drawn, long written, Map<String, String> webhooks) {
        static final Shelf NEW = new Shelf(0, 0, Map.of());
    }

    private final Map<Place, Shelf> shelves = new HashMap<>();
    private final Map<SessionKey, Map<String, String>> cursors = new HashMap<>();
    private final Map<String, TreeSet<String>> untold = new HashMap<>();
    private final Answers answers;
    private final Function<SessionKey, Mark> marks;

    interface Answers {
        <T> CompletionStage<T> answer(Supplier<? extends T> work);
    }

    /** @param marks of sessions; {@link Mark#NONE} where there is none */
    MemoryWebhooks(Answers answers, Function<SessionKey, Mark> marks) {
        this.answers = answers;
        this.marks = marks;
    }

    void wipe() {
        shelves.clear();
        cursors.clear();
        untold.clear();
    }

    void delete(SessionKey key) {
        cursors.remove(key);
        untold.values().forEach(names -> names.remove(key.toString()));
    }

    Map<String, String> left(SessionKey key) {
        return cursors.getOrDefault(key, Map.of());
    }

    @Override
    public CompletionStage<Long> number(String cluster, String tenant) {
        return answers.answer(() -> shelves.compute(new Place(cluster, tenant), (place, before) -> {
                    Shelf shelf = before == null ? Shelf.NEW : before;
                    return new Shelf(shelf.drawn() + 1, shelf.written(), shelf.webhooks());
                })
                .drawn());
    }

    @Override
    public CompletionStage<Boolean> put(
            String cluster, String tenant, long number, Map<String, String> webhooks, boolean replicated) {
        return answers.answer(() -> {
            Place place = new Place(cluster, tenant);
            Shelf shelf = shelves.getOrDefault(place, Shelf.NEW);
            if (number < shelf.written()) {
                return false;
            }
            shelves.put(place, new Shelf(Math.max(shelf.drawn(), number), number, Map.copyOf(webhooks)));
            return true;
        });
    }

    @Override
    public CompletionStage<Map<String, String>> webhooks(String cluster, String tenant) {
        return answers.answer(() ->
                shelves.getOrDefault(new Place(cluster, tenant), Shelf.NEW).webhooks());
    }

    @Override
    public CompletionStage<List<String>> tenants(String cluster, String after, int limit) {
        return answers.answer(() -> {
            TreeSet<String> names = new TreeSet<>();
            shelves.forEach((place, shelf) -> {
                if (place.cluster().equals(cluster) && shelf.written() > 0) {
                    names.add(place.tenant());
                }
            });
            return names.tailSet(after, false).stream().limit(limit).toList();
        });
    }

    @Override
    public CompletionStage<Boolean> putCursors(Holder holder, SessionKey key, Map<String, String> some, boolean all) {
        return answers.answer(() -> {
            Mark mark = marks.apply(key);
            boolean held = mark.hold() > 0
                    && !mark.deleted()
                    && mark.cluster().equals(holder.cluster())
                    && mark.hold() == holder.hold()
                    && mark.term() <= holder.term();
            if (held) {
                Map<String, String> now = all ? new TreeMap<>() : new TreeMap<>(left(key));
                now.putAll(some);
                cursors.put(key, now);
            }
            return held;
        });
    }

    @Override
    public CompletionStage<Map<String, String>> cursors(SessionKey key) {
        return answers.answer(() -> Map.copyOf(left(key)));
    }

    @Override
    public CompletionStage<Void> untold(String cluster, SessionKey key) {
        return answers.answer(() -> {
            if (!marks.apply(key).deleted()) {
                untold.computeIfAbsent(cluster, any -> new TreeSet<>()).add(key.toString());
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Void> told(String cluster, SessionKey key) {
        return answers.answer(() -> {
            untold.getOrDefault(cluster, new TreeSet<>()).remove(key.toString());
            return null;
        });
    }

    @Override
    public CompletionStage<List<SessionKey>> untold(String cluster, int bucket, Optional<SessionKey> after, int limit) {
        return answers.answer(() -> untold.getOrDefault(cluster, new TreeSet<>()).stream()
                .filter(name -> after.isEmpty() || name.compareTo(after.get().toString()) > 0)
                .map(name -> name.split("/", 2))
                .map(parts -> new SessionKey(parts[0], parts[1]))
                .filter(key -> Archive.bucketOf(key) == bucket)
                .limit(limit)
                .toList());
    }
}
