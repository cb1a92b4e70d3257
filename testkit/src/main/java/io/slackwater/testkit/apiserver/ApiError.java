package io.slackwater.testkit.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request that is refused: the code, the reason as Kubernetes spells it, and a sentence. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    private ApiError(int code, String reason, String message) {
        super(message);
        this.code = code;
        this.reason = reason;
    }

    static ApiError badRequest(String message) {
        return new ApiError(400, "BadRequest", message);
    }

    static ApiError notFound(String message) {
        return new ApiError(404, "NotFound", message);
    }

    static ApiError methodNotAllowed(String message) {
        return new ApiError(405, "MethodNotAllowed", message);
    }

    static ApiError alreadyExists(String message) {
        return new ApiError(409, "AlreadyExists", message);
    }

    static ApiError conflict(String message) {
        return new ApiError(409, "Conflict", message);
    }

    static ApiError gone(String message) {
        return new ApiError(410, "Expired", message);
    }

    static ApiError unsupportedMediaType(String message) {
        return new ApiError(415, "UnsupportedMediaType", message);
    }

    static ApiError invalid(String message) {
        return new ApiError(422, "Invalid", message);
    }

    static ApiError tooManyRequests(String message) {
        return new ApiError(429, "TooManyRequests", message);
    }

    static ApiError internal(String message) {
        return new ApiError(500, "InternalError", message);
    }

    int code() {
        return code;
    }

    /** The error as a {@code Status} object. */
    ObjectNode status() {
        ObjectNode status = Json.object("v1", "Status");
        status.putObject("metadata");
        status.put("status", "Failure");
        status.put("message", getMessage());
        status.put("reason", reason);
        status.put("code", code);
        return status;
    }
}
