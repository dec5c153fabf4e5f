/** WASI preview 1 for guests that may nearly nothing. */
@NullMarked
package io.sirsi.wasm.internal.guest.wasi;

import org.jspecify.annotations.NullMarked;
