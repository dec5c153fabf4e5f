package io.sirsi.wasm;

import io.sirsi.event.Event;
import java.time.Instant;

/**
 * A module is an agent type, or a newer version of one.
 *
 * @param module which, as it is now
 * @param at when
 */
public record ModuleInstalled(InstalledModule module, Instant at) implements Event {}
