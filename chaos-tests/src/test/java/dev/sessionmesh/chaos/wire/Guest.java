package dev.sessionmesh.chaos.wire;

import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Conversation;
import dev.sessionmesh.client.Conversation.Branch;
import dev.sessionmesh.client.Conversation.Message;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.TabListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Somebody who uses the Java client. */
final class Guest implements AutoCloseable {
    private static final int WITHIN_S = 30;

    private final Vertx vertx = Vertx.vertx();
    final SessionmeshClient client;

    Guest(URI... nodes) {
        client = SessionmeshClient.create(vertx, ClientOptions.of(List.of(nodes)));
    }

    <T> T await(Future<T> future) throws Exception {
        return future.await(WITHIN_S, TimeUnit.SECONDS);
    }

    Screen follow(String session, Position from) throws Exception {
        Screen screen = new Screen(session);
        Tab tab = client.follow(session, from, screen);
        screen.tab = tab;
        await(tab.attached());
        return screen;
    }

    @Override
    public void close() throws Exception {
        await(client.close());
        await(vertx.close());
    }

    /** Shows the conversation as a tab folds it. */
    final class Screen implements TabListener {
        private final String session;
        private final Conversation conversation = new Conversation();
        private volatile Tab tab;
        private volatile List<Message> messages = List.of();
        private volatile List<Branch> branches = List.of();

        private Screen(String session) {
            this.session = session;
        }

        Tab tab() {
            return tab;
        }

        @Override
        public void frame(Frame frame) {
            conversation.see(frame);
            if (conversation.incomplete()) {
                tab.refresh();
            }
            messages = conversation.messages();
            branches = conversation.branches();
        }

        List<String> words() {
            return messages.stream().map(Message::text).toList();
        }

        /** Until it shows what the server says of the session. */
        void awaitTruth() throws Exception {
            List<Object> truth = List.of();
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S); System.nanoTime() < end; ) {
                JsonObject document = Guest.this.await(client.http().session(session));
                truth = shown(
                        Guest.this.await(client.http().messages(session)).messages(),
                        Branch.of(document.getJsonArray("branches")));
                if (shown(messages, branches).equals(truth)) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            throw new AssertionError("shown: " + shown(messages, branches) + "\nbut it is: " + truth);
        }

        private static List<Object> shown(List<Message> messages, List<Branch> branches) {
            List<Object> shown = new ArrayList<>(branches);
            for (Message each : messages) {
                shown.add(
                        List.of(each.messageId(), each.role(), each.turn(), each.text(), each.status(), each.state()));
            }
            return shown;
        }
    }
}
