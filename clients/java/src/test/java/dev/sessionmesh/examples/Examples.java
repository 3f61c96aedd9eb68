package dev.sessionmesh.examples;

import dev.sessionmesh.client.Attendance;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Command.InputPolicy;
import dev.sessionmesh.client.Conversation;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Inbox;
import dev.sessionmesh.client.InboxFeed;
import dev.sessionmesh.client.InboxListener;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.Presence;
import dev.sessionmesh.client.SessionmeshAdmin.Revocation;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.Webhook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The code of the README, from outside the client's package. */
final class Examples {

    void follow(Vertx vertx) {
        // README
        var nodes = List.of(URI.create("http://localhost:8081"), URI.create("http://localhost:8082"));
        var client = SessionmeshClient.create(vertx, ClientOptions.of(nodes));

        client.http()
                .createSession(new JsonObject().put("id", "release-planning").put("model", "scripted:test"))
                .onSuccess(made -> {
                    Tab tab = client.follow("release-planning", Position.start(), frame -> {
                        if (frame instanceof Frame.Token token) {
                            System.out.print(token.text());
                        }
                    });
                    tab.input("Plan the 2.4 release");
                });
        // END
    }

    void branches(SessionmeshClient client, Screen screen) {
        // README
        var conversation = new Conversation();
        Tab tab = client.follow("release-planning", Position.newest(), frame -> {
            conversation.see(frame);
            screen.show(conversation.messages(), conversation.branches());
        });

        tab.send(new Command.Input("And the 2.5 release?", Optional.of(InputPolicy.MERGE)));
        tab.send(new Command.Edit("t3", "Plan the 3.0 release", Optional.empty())); // on a branch beside t3
        tab.send(new Command.SelectBranch("t3")); // and back
        // END
    }

    void inbox(SessionmeshClient client, ClientOptions options, Tokens tokens) {
        // README
        InboxFeed feed = client.followInbox(options.withTokens(() -> tokens.of("ann")), new InboxListener() {
            @Override
            public void changed(Inbox inbox) {
                inbox.waiting()
                        .forEach(entry -> System.out.println(
                                entry.session() + " " + entry.approval().name() + " "
                                        + entry.approval().deadline()));
            }

            @Override
            public void failed(SessionmeshException why) {
                System.out.println(why.retryable() ? "away for the moment" : "over: " + why.code());
            }
        });

        feed.close();
        // END
    }

    void deciding(Tab tab) {
        // README
        tab.approvals().forEach(asked -> System.out.println(asked.name() + " " + asked.arguments()));
        tab.approve("k1"); // what is shown now; changed meanwhile, it is refused with arguments_changed
        tab.reject("k2", "not before Monday").onFailure(refused -> {
            if (refused instanceof SessionmeshException why && why.code().equals("already_decided")) {
                System.out.println(why.details().getString("decidedBy") + " was first");
            }
        });
        // END
    }

    void presence(SessionmeshClient client, ClientOptions options) {
        // README
        var attendance = new Attendance();
        Tab tab = client.follow(options.withDevice("laptop"), "release-planning", Position.newest(), frame -> {
            if (frame instanceof Presence told) {
                attendance.see(told);
                System.out.println(attendance.here());
            }
        });
        tab.watch(true);
        tab.focus("section 3");
        // END
    }

    void administer(SessionmeshClient client) {
        // README
        client.admin().createWebhook(Webhook.Draft.of("shop", URI.create("https://shop.example/hooks/mesh")));
        client.admin().revoke(new Revocation.User("ann"));
        client.http()
                .ticket()
                .onSuccess(ticket -> System.out.println("for a browser: " + ticket.expiresInMs() + " ms"));
        // END
    }

    /** Whatever shows a conversation. */
    interface Screen {
        void show(List<Conversation.Message> messages, List<Conversation.Branch> branches);
    }

    /** Whatever issues tokens. */
    interface Tokens {
        Future<String> of(String user);
    }
}
