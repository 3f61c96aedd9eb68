package dev.sessionmesh.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Function;

/** A claim of a tab, on the tab's context. Its claimant stays the client that took it, whatever the tab is called later. */
final class HeldClaim implements ToolClaim {

    /** What a claim needs of its tab. */
    interface Holder {
        /** Calls it after a third of the lease, on the tab's context. */
        void later(Runnable beat);

        Future<Ack> send(Command command);

        /** The client id of the tab; empty before it was ever attached. */
        String client();

        Optional<String> device();

        void gone(HeldClaim claim);
    }

    /** Nobody has the call: the lease ran out. */
    private static final String LAPSED = "not_claimed";

    private final String callId;
    private final Holder holder;
    private final Promise<String> lost = Promise.promise();
    private String claimant = "";
    private int claims;
    private boolean retaking;
    private boolean over;

    HeldClaim(String callId, Holder holder) {
        this.callId = callId;
        this.holder = holder;
    }

    @Override
    public String callId() {
        return callId;
    }

    @Override
    public Future<String> lost() {
        return lost.future();
    }

    Future<HeldClaim> take() {
        claimant = holder.client();
        return holder.send(new Command.ClaimTool(callId, claimant, holder.device()))
                .map(ack -> {
                    beatLater();
                    return this;
                });
    }

    @Override
    public Future<Ack> result(Object value) {
        return last(as -> new Command.ToolResult(callId, value, Optional.of(as)));
    }

    @Override
    public Future<Ack> error(String message) {
        return last(as -> new Command.ToolError(callId, message, Optional.of(as)));
    }

    @Override
    public Future<Ack> release() {
        lose("it was given back");
        return holder.send(new Command.ReleaseTool(callId, claimant));
    }

    void see(Frame.ToolClaimed claimed) {
        if (!claimed.claimant().equals(claimant) && claimed.claim() > claims && !retaking) {
            lose("a tab of " + claimed.by().orElse("somebody else") + " executes it");
        }
        claims = Math.max(claims, claimed.claim());
    }

    /** Nobody was faster: what was begun is gone on with. */
    void see(Frame.ToolReleased released) {
        if (released.claim() >= claims) {
            retake();
        }
    }

    void lose(String why) {
        end();
        lost.tryComplete(why);
    }

    private Future<Ack> last(Function<String, Command> answer) {
        end();
        return holder.send(answer.apply(claimant));
    }

    private void end() {
        if (!over) {
            over = true;
            holder.gone(this);
        }
    }

    /** One heartbeat at a time: one without an answer is sent again by itself, on whichever connection there is. */
    private void beatLater() {
        holder.later(() -> {
            if (!over) {
                holder.send(new Command.BeatTool(callId, claimant)).onComplete(ack -> beatLater(), this::missed);
            }
        });
    }

    private void missed(Throwable why) {
        if (over) {
            return;
        }
        boolean coded = why instanceof SessionmeshException;
        String code = why instanceof SessionmeshException refused ? refused.code() : "";
        if (code.equals(LAPSED)) {
            retake();
        } else if (coded && (((SessionmeshException) why).retryable() || code.equals(SessionmeshException.TIMEOUT))) {
            beatLater();
        } else {
            lose(String.valueOf(why.getMessage()));
        }
    }

    private void retake() {
        if (!retaking && !over) {
            retaking = true;
            take().onComplete(taken -> retaking = false, why -> {
                retaking = false;
                lose(String.valueOf(why.getMessage()));
            });
        }
    }
}
