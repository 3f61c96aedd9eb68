package dev.sessionmesh.chaos.lab;

/** The lab could not do what was asked: the run says nothing about the server. */
public final class LabException extends RuntimeException {
    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
