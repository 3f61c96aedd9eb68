package dev.sessionmesh.archive;

import static java.util.Comparator.comparing;

import dev.sessionmesh.core.SessionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An archive that lasts as long as the test, simple enough to be right at a glance, and out of order when it is told to. */
public final class MemoryArchive implements Archive {
    private static final byte[] NOTHING = {};
    private static final Comparator<Listed> LATEST_FIRST =
            comparing(MemoryArchive::place).reversed();

    private final Map<SessionKey, Kept> kept = new HashMap<>();
    private final Map<SessionKey, Map<String, byte[]>> blobs = new HashMap<>();
    private final Map<SessionKey, Long> agenda = new HashMap<>();
    private final Map<SessionKey, Listed> listed = new HashMap<>();
    private final MemoryWebhooks webhooks = new MemoryWebhooks(
            this::answer,
            key -> Optional.ofNullable(kept.get(key)).map(Kept::mark).orElse(Mark.NONE));
    private ArchiveException.@Nullable Kind fault;
    private long delayMillis;
    private boolean answersLost;
    private boolean restless;
    private int origins;
    private int looks;

    /** @param at and {@code head}, of a deleted session only */
    private record Kept(Mark mark, byte[] snapshot, List<LogRecord> records, long at, Rewound rewound) {
        Kept with(Mark other) {
            return new Kept(other, snapshot, records, at, rewound);
        }
    }

    /** The last rewind, by the number that asked for it. */
    private record Rewound(long hold, long seq) {
        static final Rewound NEVER = new Rewound(-1, -1);
    }

    /** From now on every request fails in this way and does nothing, until {@link #heal}. */
    public synchronized void fail(ArchiveException.Kind kind) {
        fault = kind;
    }

    public void away() {
        fail(ArchiveException.Kind.AWAY);
    }

    /** From now on requests are done and their answers are lost: they fail as if it were away. */
    public synchronized void loseAnswers() {
        answersLost = true;
    }

    /** From now on everything is done but that somebody holds a session no more. */
    public synchronized void letNobodyRest() {
        restless = true;
    }

    public synchronized boolean wasAskedForHealth() {
        return looks > 0;
    }

    /** From now on answers come this late. */
    public synchronized void slow(long millis) {
        delayMillis = millis;
    }

    public synchronized void heal() {
        fault = null;
        delayMillis = 0;
        answersLost = false;
        restless = false;
    }

    /** Everything is gone, as if it had never been. */
    public synchronized void wipe() {
        origins++;
        kept.clear();
        blobs.clear();
        agenda.clear();
        listed.clear();
        webhooks.wipe();
    }

    @Override
    public CompletionStage<Optional<Mark>> mark(SessionKey key) {
        return answer(() -> Optional.ofNullable(kept.get(key)).map(Kept::mark));
    }

    @Override
    public CompletionStage<Verdict> write(Write write) {
        return answer(() -> written(write));
    }

    private Verdict written(Write write) {
        Kept old = kept.getOrDefault(write.key(), fresh(write.holder()));
        Mark mark = old.mark();
        boolean known = kept.containsKey(write.key());
        if (mark.deleted()) {
            return new Verdict.Gone();
        }
        if (known && !isOf(write.holder(), mark)) {
            return new Verdict.Fenced(mark);
        }
        int there = there(write, mark);
        if (there < 0 || (!known && there > 0)) {
            return new Verdict.Elsewhere(known ? mark : Mark.NONE);
        }
        List<LogRecord> records = new ArrayList<>(old.records());
        records.addAll(write.records().subList(there, write.records().size()));
        Mark now = write.records().isEmpty()
                ? at(write.behind(), write.holder())
                : at(write.records().getLast(), write.holder());
        kept.put(write.key(), new Kept(now, write.snapshot(), List.copyOf(records), 0, old.rewound()));
        return new Verdict.Written(now);
    }

    /** How many of the records the archive has already; -1 when it ends elsewhere. */
    private static int there(Write write, Mark mark) {
        if (mark.endsLike(write.behind())) {
            return 0;
        }
        for (int i = 0; i < write.records().size(); i++) {
            if (mark.endsLike(at(write.records().get(i), write.holder()))) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public CompletionStage<Verdict> rewind(Holder holder, SessionKey key, long seq) {
        return answer(() -> {
            Kept old = kept.get(key);
            if (old == null) {
                return new Verdict.Elsewhere(Mark.NONE);
            }
            Mark mark = old.mark();
            if (mark.deleted()) {
                return new Verdict.Gone();
            }
            Rewound asked = new Rewound(holder.hold(), seq);
            boolean repeated = asked.equals(old.rewound())
                    && mark.hold() == holder.hold() + 1
                    && mark.cluster().equals(holder.cluster())
                    && mark.seq() <= seq;
            if (repeated) {
                return new Verdict.Written(mark);
            }
            if (!isOf(holder, mark)) {
                return new Verdict.Fenced(mark);
            }
            List<LogRecord> left =
                    old.records().stream().filter(record -> record.to() <= seq).toList();
            boolean untouched = left.size() == old.records().size();
            Holder next = new Holder(holder.cluster(), holder.hold() + 1, holder.term());
            Mark now = untouched ? at(mark, next) : left.isEmpty() ? at(Mark.NONE, next) : at(left.getLast(), next);
            kept.put(key, new Kept(now, old.snapshot(), left, 0, asked));
            return new Verdict.Written(now);
        });
    }

    @Override
    public CompletionStage<Claim> claim(SessionKey key, String cluster, boolean force) {
        return answer(() -> {
            Kept old = kept.get(key);
            if (old == null) {
                return new Claim.Absent();
            }
            Mark mark = old.mark();
            if (mark.deleted()) {
                return new Claim.Gone(old.at(), mark.seq());
            }
            if (!mark.asleep() && !mark.cluster().equals(cluster) && !force) {
                return new Claim.Held(mark.cluster());
            }
            long hold = mark.hold() + 1;
            kept.put(key, old.with(at(mark, new Holder(cluster, hold, mark.term()))));
            return new Claim.Taken(new Stored(mark, old.snapshot(), old.records()), hold, mark.asleep());
        });
    }

    @Override
    public CompletionStage<Optional<Stored>> read(SessionKey key) {
        return answer(() -> Optional.ofNullable(kept.get(key))
                .map(found -> new Stored(found.mark(), found.snapshot(), found.records())));
    }

    @Override
    public CompletionStage<Boolean> isHeld(Holder holder, SessionKey key) {
        return answer(() -> Optional.ofNullable(kept.get(key))
                .filter(found -> found.mark().isHeldBy(holder))
                .isPresent());
    }

    @Override
    public synchronized CompletionStage<Boolean> rest(Holder holder, SessionKey key, long seq) {
        if (restless) {
            return CompletableFuture.failedFuture(
                    new ArchiveException(ArchiveException.Kind.AWAY, "as the test wants it"));
        }
        return answer(() -> {
            Kept found = kept.get(key);
            if (found == null || found.mark().deleted() || found.mark().seq() != seq) {
                return false;
            }
            Mark mark = found.mark();
            if (mark.asleep()) {
                return mark.hold() == holder.hold();
            }
            if (!isOf(holder, mark)) {
                return false;
            }
            kept.put(key, found.with(at(mark, new Holder("", mark.hold(), mark.term()))));
            return true;
        });
    }

    @Override
    public CompletionStage<Boolean> pack(SessionKey key, Mark mark, List<LogRecord> records) {
        return answer(() -> {
            if (records.isEmpty() || records.getLast().to() != mark.seq() || !LogRecord.follow(0, 0, records)) {
                throw new IllegalArgumentException("the records are not all that lead to the mark");
            }
            Kept found = kept.get(key);
            if (found == null || !found.mark().asleep()) {
                return false;
            }
            Mark now = at(records.getLast(), new Holder("", mark.hold(), mark.term()));
            if (found.mark().equals(now)) {
                return true;
            }
            if (!found.mark().equals(mark)) {
                return false;
            }
            kept.put(key, new Kept(now, found.snapshot(), List.copyOf(records), 0, found.rewound()));
            return true;
        });
    }

    @Override
    public CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8) {
        return answer(() -> {
            if (!isDeleted(key)) {
                blobs.computeIfAbsent(key, any -> new HashMap<>()).put(hash, utf8.clone());
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Optional<byte[]>> blob(SessionKey key, String hash) {
        return answer(() ->
                Optional.ofNullable(blobs.getOrDefault(key, Map.of()).get(hash)).map(byte[]::clone));
    }

    @Override
    public CompletionStage<Void> delete(SessionKey key, long at, long head) {
        return answer(() -> {
            Kept old = kept.get(key);
            if (old == null || !old.mark().deleted()) {
                Mark mark = old == null ? Mark.NONE : old.mark();
                Mark left = new Mark(Math.max(head, mark.seq()), 0, 0, mark.hold(), mark.term(), "", true);
                kept.put(key, new Kept(left, NOTHING, List.of(), at, Rewound.NEVER));
            }
            blobs.remove(key);
            agenda.remove(key);
            listed.remove(key);
            webhooks.delete(key);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> schedule(SessionKey key, long at) {
        return answer(() -> {
            if (at == Long.MAX_VALUE || isDeleted(key)) {
                agenda.remove(key);
            } else {
                agenda.put(key, at);
            }
            return null;
        });
    }

    @Override
    public CompletionStage<List<SessionKey>> due(int bucket, long until, int limit) {
        return answer(() -> agenda.entrySet().stream()
                .filter(entry -> Archive.bucketOf(entry.getKey()) == bucket && entry.getValue() <= until)
                .sorted(Map.Entry.<SessionKey, Long>comparingByValue()
                        .thenComparing(entry -> entry.getKey().toString()))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList());
    }

    @Override
    public CompletionStage<Void> index(Listed session) {
        return answer(() -> {
            if (!isDeleted(session.key())) {
                listed.put(session.key(), session.knowing(Optional.ofNullable(listed.get(session.key()))));
            }
            return null;
        });
    }

    @Override
    public CompletionStage<Page> find(Query query) {
        return answer(() -> {
            if (query.limit() < 1 || !query.cursor().matches("|[0-9a-f]{16}/.+")) {
                throw new IllegalArgumentException("no page has this cursor or limit");
            }
            List<Listed> found = listed.values().stream()
                    .filter(session -> meets(query, session))
                    .filter(session ->
                            query.cursor().isEmpty() || place(session).compareTo(query.cursor()) < 0)
                    .sorted(LATEST_FIRST)
                    .limit(query.limit() + 1L)
                    .toList();
            if (found.size() <= query.limit()) {
                return new Page(found, "");
            }
            List<Listed> page = found.subList(0, query.limit());
            return new Page(page, place(page.getLast()));
        });
    }

    private static boolean meets(Query query, Listed session) {
        return session.key().tenant().equals(query.tenant())
                && query.user().map(session.users()::contains).orElse(true)
                && query.state().map(session.state()::equals).orElse(true)
                && query.asleep().map(wanted -> wanted.equals(session.asleep())).orElse(true)
                && session.labels().entrySet().containsAll(query.labels().entrySet())
                && session.updatedAt() >= query.from()
                && session.updatedAt() <= query.until();
    }

    private static String place(Listed session) {
        return String.format("%016x/%s", session.updatedAt(), session.key().id());
    }

    @Override
    public CompletionStage<List<String>> tenants(String after, int limit) {
        return answer(() -> {
            TreeSet<String> names = new TreeSet<>();
            listed.keySet().forEach(key -> names.add(key.tenant()));
            return names.tailSet(after, false).stream().limit(limit).toList();
        });
    }

    @Override
    public WebhookArchive webhooks() {
        return webhooks;
    }

    @Override
    public CompletionStage<Health> health() {
        return answer(() -> {
            looks++;
            return new Health("origin-" + origins, "a map in memory", 0, 0, 0);
        });
    }

    /** What the archive has under this session's name, for tests that look for leftovers. */
    public synchronized Map<String, Object> leftovers(SessionKey key) {
        Map<String, Object> all = new TreeMap<>();
        put(all, "session", kept.get(key));
        put(all, "blobs", blobs.get(key));
        put(all, "agenda", agenda.get(key));
        put(all, "index", listed.get(key));
        put(all, "cursors", webhooks.left(key).isEmpty() ? null : webhooks.left(key));
        return all;
    }

    private static void put(Map<String, Object> all, String name, @Nullable Object value) {
        if (value != null) {
            all.put(name, value);
        }
    }

    private boolean isDeleted(SessionKey key) {
        Kept found = kept.get(key);
        return found != null && found.mark().deleted();
    }

    private static Kept fresh(Holder holder) {
        return new Kept(at(Mark.NONE, holder), NOTHING, List.of(), 0, Rewound.NEVER);
    }

    private static boolean isOf(Holder holder, Mark mark) {
        return mark.cluster().equals(holder.cluster()) && mark.hold() == holder.hold() && mark.term() <= holder.term();
    }

    private static Mark at(LogRecord end, Holder holder) {
        return new Mark(end.to(), end.history(), end.chain(), holder.hold(), holder.term(), holder.cluster(), false);
    }

    private static Mark at(Mark end, Holder holder) {
        return new Mark(end.seq(), end.history(), end.chain(), holder.hold(), holder.term(), holder.cluster(), false);
    }

    private <T> CompletionStage<T> answer(Supplier<? extends T> work) {
        long delay;
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable tell;
        synchronized (this) {
            delay = delayMillis;
            ArchiveException.Kind broken = fault;
            if (broken != null) {
                tell = () -> answer.completeExceptionally(new ArchiveException(broken, "as the test wants it"));
            } else {
                tell = outcome(work, answer);
            }
        }
        // Never on the caller's own stack: a real archive does not do that either.
        CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS).execute(tell);
        return answer;
    }

    private <T> Runnable outcome(Supplier<? extends T> work, CompletableFuture<T> answer) {
        try {
            T done = work.get();
            return answersLost
                    ? () -> answer.completeExceptionally(new ArchiveException(
                            ArchiveException.Kind.AWAY, "the answer was lost, as the test wants it"))
                    : () -> answer.complete(done);
        } catch (IllegalArgumentException wrong) {
            return () -> answer.completeExceptionally(wrong);
        }
    }
}
