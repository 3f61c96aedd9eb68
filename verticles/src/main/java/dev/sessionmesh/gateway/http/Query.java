package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.PresenceFrames;
import dev.sessionmesh.core.ErrorCode;
import io.vertx.ext.web.RoutingContext;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What addresses ask for. */
final class Query {
    private Query() {}

    static OptionalLong seq(RoutingContext call, String name) {
        return number(name, call.request().getParam(name), 0, Long.MAX_VALUE);
    }

    static int limit(RoutingContext call, int usual, int most) {
        return (int) number("limit", call.request().getParam("limit"), 1, most).orElse(usual);
    }

    /** The class of a device; empty if none is given. */
    static String device(RoutingContext call) {
        @Nullable String device = call.request().getParam("device");
        if (device == null || device.isEmpty()) {
            return "";
        }
        if (!PresenceFrames.isDevice(device)) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "device is not 1-32 characters of A-Za-z0-9_-");
        }
        return device;
    }

    static OptionalLong number(String name, @Nullable String text, long least, long most) {
        if (text == null || text.isEmpty()) {
            return OptionalLong.empty();
        }
        boolean digits = text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long number = digits ? Long.parseLong(text) : -1;
        if (number < least || number > most) {
            throw new BadRequestException(
                    ErrorCode.BAD_FIELD,
                    name + " is not a whole number from " + least + (most == Long.MAX_VALUE ? "" : " to " + most));
        }
        return OptionalLong.of(number);
    }
}
