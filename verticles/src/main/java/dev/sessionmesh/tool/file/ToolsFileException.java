package dev.sessionmesh.tool.file;

/** What is wrong with the file: a stable code, where, and what would be right. Never what a secret says. */
public final class ToolsFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String code;

    ToolsFileException(String code, String place, String what) {
        super(code + ": " + (place.isEmpty() ? "" : place + " ") + what);
        this.code = code;
    }

    public String code() {
        return code;
    }
}
