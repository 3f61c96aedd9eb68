package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.loop.Loop;
import java.util.List;

/** A model whose every word is known beforehand, so that a lost, doubled or misplaced one is noticed. */
final class SimModel implements Provider {
    private final SimLoops loops;
    private final Dice dice;

    SimModel(SimLoops loops, Dice dice) {
        this.loops = loops;
        this.dice = dice;
    }

    /**
     * What a person asks for, in the words of the input.
     *
     * @param tool none, server, approve or client
     */
    record Script(String label, int words, String tool) {
        static Script parse(String input) {
            String[] parts = input.split(" ", -1);
            return new Script(parts[0], Integer.parseInt(parts[1]), parts[2]);
        }

        String input() {
            return label + " " + words + " " + tool;
        }

        int steps() {
            return tool.equals("none") ? 1 : 2;
        }

        /** The whole answer of a step. */
        String answer(int step) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < (step == 0 ? words : words / 2 + 1); i++) {
                text.append(label)
                        .append('.')
                        .append(step)
                        .append('.')
                        .append(i)
                        .append(' ');
            }
            return text.toString();
        }
    }

    static Script script(List<Conversation.Item> items) {
        for (Conversation.Item item : items) {
            if (item instanceof Conversation.Said said && said.whole() instanceof Payload.Inline(String text)) {
                if (said.role() == Conversation.Role.USER) {
                    return Script.parse(text);
                }
            }
        }
        throw new IllegalStateException("a turn without an input");
    }

    @Override
    public Step start(Request request, Sink sink) {
        List<Conversation.Item> items = request.conversation().items(request.turn());
        Script script = script(items);
        int step = (int)
                items.stream().filter(Conversation.Called.class::isInstance).count();
        items.stream()
                .filter(Conversation.Steering.class::isInstance)
                .map(Conversation.Steering.class::cast)
                .forEach(steering -> sink.steered(steering.id()));
        Saying saying = new Saying(script, step, request.resumed().length(), sink, loops.current());
        saying.soon();
        return saying;
    }

    private final class Saying implements Step {
        private final Script script;
        private final int step;
        private final String whole;
        private final Sink sink;
        private final Loop loop;
        private int at;
        private boolean paused;
        private boolean waiting;
        private boolean cancelled;

        Saying(Script script, int step, int at, Sink sink, Loop loop) {
            this.script = script;
            this.step = step;
            this.whole = script.answer(step);
            this.at = at;
            this.sink = sink;
            this.loop = loop;
        }

        void soon() {
            if (!waiting) {
                waiting = true;
                loop.after(dice.chance(30) ? 0 : dice.between(1, 40), this::say);
            }
        }

        private void say() {
            waiting = false;
            if (cancelled || paused) {
                return;
            }
            if (at < whole.length()) {
                int end = whole.indexOf(' ', at) + 1;
                String piece = whole.substring(at, end);
                at = end;
                sink.piece(DeltaKind.TEXT, piece);
                soon();
            } else if (step == 0 && script.steps() == 2) {
                boolean client = script.tool().equals("client");
                sink.call(
                        "look",
                        Payload.of("{\"for\":\"" + script.label() + "\"}"),
                        client ? Executor.CLIENT : Executor.SERVER,
                        script.tool().equals("approve"));
                sink.end(new End.Continue(Usage.UNKNOWN));
            } else {
                sink.end(new End.Stop(Usage.UNKNOWN));
            }
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            if (paused) {
                paused = false;
                soon();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
