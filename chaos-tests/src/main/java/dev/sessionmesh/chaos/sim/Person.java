package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.session.Command;
import java.util.Optional;

/** What somebody does at a tab: talks, interrupts, goes away and comes back. */
final class Person {
    private static final String[] TOOLS = {"none", "none", "server", "approve", "approve", "client"};
    private final World world;
    private final SimTab tab;
    private final Dice dice;
    private int said;

    Person(World world, SimTab tab, Dice dice) {
        this.world = world;
        this.tab = tab;
        this.dice = dice;
    }

    void live(long until) {
        long pause = dice.between(150, 1_400) * Timeline.MILLI;
        world.timeline.in(pause, null, () -> {
            if (world.timeline.now() < until) {
                act();
                live(until);
            } else {
                tab.comeBack();
            }
        });
    }

    private void act() {
        int what = dice.below(100);
        if (what < 45) {
            talk();
        } else if (what < 53) {
            tab.say(new Command.Cancel(""));
        } else if (what < 63) {
            tab.say(new Command.Steer("", "shorter"));
        } else if (what < 88) {
            tab.disconnect(true, dice.between(0, 400) * Timeline.MILLI);
        } else if (what < 94) {
            tab.disconnect(false, 0);
        } else {
            tab.comeBack();
        }
    }

    private void talk() {
        SimModel.Script script =
                new SimModel.Script(tab.name + ++said, 3 + dice.below(14), TOOLS[dice.below(TOOLS.length)]);
        Optional<InputPolicy> policy = dice.chance(15) ? Optional.of(InputPolicy.INTERRUPT) : Optional.empty();
        tab.say(new Command.Input(Payload.of(script.input()), policy));
    }
}
