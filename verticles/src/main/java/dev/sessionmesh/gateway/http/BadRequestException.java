package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;

/** A request that makes no sense; the router's failure handler answers it. */
final class BadRequestException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final ErrorCode code;

    BadRequestException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
