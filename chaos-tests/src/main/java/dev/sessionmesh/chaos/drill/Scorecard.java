package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.check.Checker;
import dev.sessionmesh.chaos.check.Deliveries;
import dev.sessionmesh.chaos.check.Deliveries.Kind;
import dev.sessionmesh.chaos.check.Evidence;
import dev.sessionmesh.chaos.history.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a run is counted by, beside its times: what was lost, doubled, left out or turned around, and how clients came back. */
final class Scorecard {

    /** Promised by drills that look by themselves, and not through recorded tabs. */
    static final String PROBED = "what the drill itself asks is answered";
    /** Whoever was resumed by these nodes was told all there is; after a split, or the loss of a majority, a snapshot is what is right. */
    private static final Set<String> KEEPS_EVERY_PLACE = Set.of(
            Timings.KILL,
            Timings.KILL_OLDEST,
            Timings.STOP,
            Timings.START,
            Timings.COMMAND,
            Timings.GOES_ON,
            Timings.MOVE,
            Timings.MOVED,
            Migrate.OLD_STARTS,
            Migrate.NEW_STARTS,
            Migrate.OLD_DIES,
            Migrate.IN_VAIN);

    /** What tells of a fault that nobody has seen done. */
    private static final Set<String> SEEN_BY_MEMBERS = Set.of(Timings.LEFT, Timings.JOINED);

    private final Run run;
    private final List<Entry> entries;
    private final List<Line> lines = new ArrayList<>();

    private Scorecard(Run run) {
        this.run = run;
        this.entries = run.history().entries();
    }

    static List<Line> of(Run run, Evidence evidence, Map<Checker, List<String>> problems, List<Failover> failovers) {
        return new Scorecard(run).lines(evidence, problems, failovers);
    }

    private List<Line> lines(Evidence evidence, Map<Checker, List<String>> problems, List<Failover> failovers) {
        Map<Kind, Long> flaws = Deliveries.counted(evidence);
        seen();
        lines.add(Line.all(
                "sessions back after a fail-over",
                failovers.stream().filter(f -> f.backMs().isPresent()).count(),
                failovers.size(),
                Verdict.FAIL));
        lines.add(Line.none("RPO: acknowledged commands lost", count(problems, Checker.ACKNOWLEDGED_STAYS)));
        lines.add(Line.none("RPO: shown to a tab and not in the log", count(problems, Checker.TABS_EQUAL_THE_LOG)));
        lines.add(Line.none("duplicates", flaws.getOrDefault(Kind.DUPLICATE, 0L)));
        lines.add(Line.none("gaps", flaws.getOrDefault(Kind.GAP, 0L)));
        lines.add(Line.none("order violations", flaws.getOrDefault(Kind.ORDER, 0L)));
        lines.add(Line.none("commands that took effect twice", count(problems, Checker.NOTHING_INVENTED)));
        lines.add(Line.none("approvals decided twice", count(problems, Checker.ONE_DECISION)));
        lines.add(Line.none("front-end calls answered twice", count(problems, Checker.FRONT_END_TOOLS_ONCE)));
        returns();
        lines.add(fenced(count(problems, Checker.ONE_RUNNER)));
        return List.copyOf(lines);
    }

    private static long count(Map<Checker, List<String>> problems, Checker checker) {
        return problems.getOrDefault(checker, List.of()).size();
    }

    /** Whether there is anything to be judged, and whether what was done to the cluster did anything to it. */
    private void seen() {
        long delivered = run.history().all(Entry.Received.class).count();
        lines.add(new Line(
                "frames delivered to tabs",
                String.valueOf(delivered),
                "at least 1",
                delivered > 0 ? Verdict.PASS : judgesItself() ? Verdict.NO_DATA : Verdict.UNKNOWN));
        int commands = 0;
        int effects = 0;
        boolean open = false;
        for (Entry entry : entries) {
            if (entry instanceof Entry.Nemesis act && act.act().equals(Timings.COMMAND)) {
                commands++;
                open = true;
            } else if (open && isEffect(entry)) {
                effects++;
                open = false;
            } else if (entry instanceof Entry.Nemesis act && act.act().equals(Timings.GOES_ON)) {
                open = false;
            }
        }
        if (commands > 0) {
            lines.add(Line.all("kill commands whose effect was seen", effects, commands, Verdict.UNKNOWN));
        }
    }

    /** Whether it looked for itself, by probes of its own, and never had a recorded tab. */
    private boolean judgesItself() {
        return run.findings().getOrDefault(PROBED, List.of("")).isEmpty()
                && entries.stream().noneMatch(Entry.Opened.class::isInstance);
    }

    private static boolean isEffect(Entry entry) {
        return switch (entry) {
            case Entry.Lost _, Entry.Recovering _ -> true;
            case Entry.Nemesis act -> act.act().equals(Timings.LEFT);
            case Entry.Received got -> got.seen().more().getBoolean("takeover", false);
            case Entry.Invoke _,
                    Entry.Ok _,
                    Entry.Fail _,
                    Entry.Info _,
                    Entry.Opened _,
                    Entry.Following _,
                    Entry.Violation _,
                    Entry.Ended _,
                    Entry.Closed _,
                    Entry.Vitals _ -> false;
        };
    }

    /** How tabs came back that had lost their connection. */
    private void returns() {
        Set<String> away = new HashSet<>();
        Set<String> known = new HashSet<>();
        long lost = 0;
        long resumed = 0;
        long snapshots = 0;
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.Lost e -> {
                    lost++;
                    away.add(e.process());
                }
                case Entry.Following e -> {
                    away.remove(e.process());
                    if (!known.add(e.process())) {
                        resumed += e.snapshotSeq() < 0 ? 1 : 0;
                        snapshots += e.snapshotSeq() < 0 ? 0 : 1;
                    }
                }
                case Entry.Closed e -> away.remove(e.process());
                default -> {}
            }
        }
        lines.add(new Line(
                "reconnects",
                lost + (away.isEmpty() ? "" : ", " + away.size() + " not back"),
                "every tab comes back",
                lost == 0 ? Verdict.NO_DATA : Verdict.of(away.isEmpty())));
        lines.add(
                keepsEveryPlace()
                        ? Line.all("resume hits", resumed, resumed + snapshots, Verdict.FAIL)
                        : Line.told("resume hits", resumed + " of " + (resumed + snapshots)));
        lines.add(
                keepsEveryPlace()
                        ? Line.none("snapshots in place of a resume", snapshots)
                        : Line.told("snapshots in place of a resume", String.valueOf(snapshots)));
    }

    private boolean keepsEveryPlace() {
        return entries.stream()
                .filter(Entry.Nemesis.class::isInstance)
                .map(entry -> ((Entry.Nemesis) entry).act())
                .allMatch(act -> KEEPS_EVERY_PLACE.contains(act) || SEEN_BY_MEMBERS.contains(act));
    }

    /** Each reject is a word of a runner that had been replaced, and was kept out; none may have come through. */
    private Line fenced(long accepted) {
        String rejects = run.refused()
                .map(codes -> String.valueOf(codes.getOrDefault("fenced", 0L)))
                .orElse("not known");
        return new Line(
                "fence rejects",
                rejects + (accepted == 0 ? "" : ", " + accepted + " not"),
                "none comes through",
                Verdict.of(accepted == 0));
    }
}
