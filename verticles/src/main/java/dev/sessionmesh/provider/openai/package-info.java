/** A model behind any server that speaks OpenAI's Chat Completions: OpenAI itself, vLLM, Ollama, a gateway. */
@NullMarked
package dev.sessionmesh.provider.openai;

import org.jspecify.annotations.NullMarked;
