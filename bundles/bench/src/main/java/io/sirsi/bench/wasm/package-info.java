/** The rows about guests of WebAssembly: ours, and the engines as they come. */
@NullMarked
package io.sirsi.bench.wasm;

import org.jspecify.annotations.NullMarked;
