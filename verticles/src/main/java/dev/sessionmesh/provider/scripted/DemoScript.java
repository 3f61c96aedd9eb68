package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Usage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

/** What visitors meet first: an agent that plans a release, explains what it runs on, or writes something long. */
final class DemoScript implements Script {
    private static final Pattern RELEASE = Pattern.compile("\\b(release|ship|tag)", Pattern.CASE_INSENSITIVE);
    private static final Pattern LONG = Pattern.compile("\\b(long|story|essay|write)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern DURABLE =
            Pattern.compile("durable|session|fail|node|what is|how do|explain", Pattern.CASE_INSENSITIVE);

    @Override
    public Iterator<Cue> play(Provider.Request request) {
        TurnSoFar turn = TurnSoFar.of(request);
        List<Conversation.Steering> open = turn.steers();
        for (int step = 0; step < turn.spoken().size(); step++) {
            String prose = scene(
                            request, turn, turn.calls().stream().limit(step).toList())
                    .prose();
            int done = Weaving.acknowledgedIn(turn.spoken().get(step), prose, open);
            open = open.subList(done, open.size());
        }
        Scene scene = scene(request, turn, turn.calls());
        long seed = (request.key() + "/" + request.turn() + "/" + turn.calls().size()).hashCode();
        List<Cue> plan = new ArrayList<>(Weaving.plan(scene.prose(), request.resumed(), open, seed));
        long said = plan.stream().filter(Cue.Say.class::isInstance).count();
        Usage usage = new Usage(Prose.pieces(turn.question()).size(), said);
        plan.addAll(scene.closing());
        plan.add(new Cue.Finish(
                scene.closing().isEmpty() ? new Provider.End.Stop(usage) : new Provider.End.Continue(usage)));
        return Script.behind(request.resumed(), plan);
    }

    private static Scene scene(Provider.Request request, TurnSoFar turn, List<Conversation.Called> calls) {
        String question = turn.question();
        if (RELEASE.matcher(question).find()) {
            return ReleaseStory.of(question, hasTabsThatPickDates(request)).scene(calls);
        }
        if (LONG.matcher(question).find()) {
            return Scene.of(DemoTexts.LONG);
        }
        if (DURABLE.matcher(question).find()) {
            return Scene.of(take(request) % 2 == 0 ? DemoTexts.DURABLE : DemoTexts.DURABLE_IN_SHORT);
        }
        return Scene.of(DemoTexts.HELP);
    }

    private static boolean hasTabsThatPickDates(Provider.Request request) {
        return request.tools().stream()
                .anyMatch(tool ->
                        tool.name().equals(ReleaseStory.PICK_DATE) && tool.executor() == ToolSpec.Executor.CLIENT);
    }

    /** How many turns were done before in whose place this one stands: who asks again wants to hear something else. */
    private static int take(Provider.Request request) {
        return request.conversation().forks().stream()
                .mapToInt(fork -> fork.beside().indexOf(request.turn()))
                .filter(place -> place > 0)
                .findFirst()
                .orElse(0);
    }
}
