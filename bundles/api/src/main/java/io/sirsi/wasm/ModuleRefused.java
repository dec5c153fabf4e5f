package io.sirsi.wasm;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A module was not taken; whatever was there before goes on.
 *
 * @param file the name of the file
 * @param reason why, as one sentence
 * @param at when
 */
public record ModuleRefused(String file, String reason, Instant at) implements Event {}
