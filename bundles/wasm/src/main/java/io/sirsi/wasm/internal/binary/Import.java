package io.sirsi.wasm.internal.binary;

import io.sirsi.spi.wasm.FunctionType;

/**
 * A function of the host that a module imports.
 *
 * @param function which
 * @param type what it takes and gives
 */
public record Import(ImportName function, FunctionType type) {}
