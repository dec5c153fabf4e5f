/** Reads, checks and rewrites modules of core WebAssembly before any engine sees them. */
@NullMarked
package io.sirsi.wasm.internal.binary;

import org.jspecify.annotations.NullMarked;
