package dev.sessionmesh.trace;

/** One stage of the way, under way. May be ended more than once; the first end counts. */
public interface Span {
    /** Of a stage that nobody collects. */
    Span NONE = new Untraced();

    /** Where in the trace this stage is, as a {@code traceparent}, for whoever acts for it; empty when nobody collects. */
    String place();

    Span with(String name, long value);

    Span with(String name, String value);

    /** Whether what people, models and tools say is kept: the operator has to ask for that. */
    boolean hears();

    /** What a person, a model or a tool said; ignored unless it {@link #hears}, and cut when it is long. */
    Span saying(String name, String text);

    /** Something that happened meanwhile. */
    void event(String name);

    void end();

    /** @param code why it went wrong: short and stable */
    void fail(String code);
}
