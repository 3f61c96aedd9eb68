package dev.sessionmesh.provider.openai;

/** How a server is made to go on with an assistant message that was cut off. There is no standard for it. */
public enum Continuation {
    /**
     * Works everywhere, also with OpenAI: the partial message, then a request to go on that has the model repeat the last words. The
     * repetition is cut away, and shows exactly where the seam lies.
     */
    ASK,
    /** The partial message comes last and the server takes it for the beginning of the answer: Ollama, OpenRouter, llama.cpp. */
    PREFILL,
    /** The same, marked with {@code prefix: true}: Mistral, DeepSeek. */
    PREFIX,
    /** The same, asked for with {@code continue_final_message}: vLLM, SGLang. */
    CONTINUE_FINAL_MESSAGE,
    /** Not at all: the step is run again, and what it had said is superseded. */
    RESTART
}
