/** Runs WebAssembly as byte code of the JVM. */
@NullMarked
package io.sirsi.wasm.endive.internal;

import org.jspecify.annotations.NullMarked;
