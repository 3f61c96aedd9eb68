package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bodies: bounded, JSON, UTF-8. */
final class Bodies {
    private Bodies() {}

    static void mount(Router router, String part, int maxBytes) {
        router.post(part).handler(Bodies::onlyJson);
        router.post(part).handler(BodyHandler.create(false).setBodyLimit(maxBytes));
        router.put(part).handler(Bodies::onlyJson);
        router.put(part).handler(BodyHandler.create(false).setBodyLimit(maxBytes));
    }

    /**
     * Nothing but plain JSON, and it must say so: a page of another origin can send a form or plain text without asking first, JSON it
     * cannot.
     */
    private static void onlyJson(RoutingContext call) {
        Optional<String> type = Optional.ofNullable(call.request().getHeader("Content-Type"));
        if (type.filter(value -> value.split(";", 2)[0].strip().equalsIgnoreCase("application/json"))
                .isEmpty()) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "Content-Type is not application/json");
        }
        // Nothing is unpacked here: a few bytes could become a great many.
        if (Optional.ofNullable(call.request().getHeader("Content-Encoding"))
                .filter(encoding -> !encoding.strip().equalsIgnoreCase("identity"))
                .isPresent()) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "Content-Encoding: bodies come as they are");
        }
        call.next();
    }

    static String text(RoutingContext call) {
        Buffer body = call.body().buffer();
        if (body == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new BadRequestException(ErrorCode.BAD_UTF8, "the body is not UTF-8");
        }
    }
}
