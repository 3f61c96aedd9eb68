package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.PresenceFrames;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.log.Position;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.OptionalLong;

/** An address that attaches at once, as it was asked for. */
record Shortcut(Hub.Begin begin, Attendances.Wish wish) {

    static Outcome<Shortcut> of(HttpServerRequest request) {
        Optional<String> pos = Optional.ofNullable(request.getParam("pos"));
        Optional<String> after = given(request, "after");
        Optional<String> presence = given(request, "presence");
        Optional<String> device = given(request, "device");
        Optional<Position> position = pos.flatMap(Position::parse);
        if (pos.isPresent() && position.isEmpty()) {
            return Outcome.refused(ErrorCode.BAD_POSITION, "pos is not one that a server gave");
        } else if (after.filter(text -> !text.matches("[0-9]{1,18}")).isPresent()) {
            return Outcome.refused(ErrorCode.BAD_FIELD, "after is not a whole number from 0");
        } else if (presence.filter(text -> !text.matches("true|false")).isPresent()) {
            return Outcome.refused(ErrorCode.BAD_FIELD, "presence is neither true nor false");
        } else if (device.filter(text -> !PresenceFrames.isDevice(text)).isPresent()) {
            return Outcome.refused(ErrorCode.BAD_FIELD, "device is not 1-32 characters of A-Za-z0-9_-");
        }
        OptionalLong seq = after.map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
        boolean watch = presence.map("true"::equals).orElse(false);
        return Outcome.done(new Shortcut(
                new Hub.Begin(position, seq, Optional.empty()), new Attendances.Wish(watch, device.orElse(""))));
    }

    private static Optional<String> given(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getParam(name)).filter(text -> !text.isEmpty());
    }
}
