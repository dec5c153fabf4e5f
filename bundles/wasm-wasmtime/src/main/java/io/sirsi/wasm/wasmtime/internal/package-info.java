/** Runs WebAssembly as native code, with a binding that needs to be handled with care. */
@NullMarked
package io.sirsi.wasm.wasmtime.internal;

import org.jspecify.annotations.NullMarked;
