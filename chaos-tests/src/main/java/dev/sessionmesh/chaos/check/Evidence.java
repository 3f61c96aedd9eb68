package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run left behind, once it had come to rest.
 *
 * @param history what the clients did and saw
 * @param logs the final log of each session, as a surviving node reads it
 */
public record Evidence(History history, Map<String, List<Seen>> logs) {

    /** A command with its answer. */
    public record Operation(Entry.Invoke invoke, Optional<Entry> answer) {

        public String type() {
            return invoke.command().getString("type");
        }

        public String field(String name) {
            return invoke.command().getString(name, "");
        }

        public boolean acknowledged() {
            return answer.filter(Entry.Ok.class::isInstance).isPresent();
        }

        public boolean refused() {
            return answer.filter(Entry.Fail.class::isInstance).isPresent();
        }
    }

    /** Every command of the run, in the order sent. */
    public List<Operation> operations() {
        Map<Long, Entry.Invoke> invoked = new LinkedHashMap<>();
        Map<Long, Entry> answers = new LinkedHashMap<>();
        for (Entry entry : history.entries()) {
            switch (entry) {
                case Entry.Invoke e -> invoked.put(e.op(), e);
                case Entry.Ok e -> answers.put(e.op(), e);
                case Entry.Fail e -> answers.put(e.op(), e);
                case Entry.Info e -> answers.put(e.op(), e);
                case Entry.Opened _,
                        Entry.Following _,
                        Entry.Received _,
                        Entry.Recovering _,
                        Entry.Lost _,
                        Entry.Violation _,
                        Entry.Ended _,
                        Entry.Closed _,
                        Entry.Nemesis _,
                        Entry.Vitals _ -> {}
            }
        }
        List<Operation> operations = new ArrayList<>();
        invoked.forEach((op, invoke) -> operations.add(new Operation(invoke, Optional.ofNullable(answers.get(op)))));
        return operations;
    }

    List<Seen> log(String session) {
        return logs.getOrDefault(session, List.of());
    }
}
