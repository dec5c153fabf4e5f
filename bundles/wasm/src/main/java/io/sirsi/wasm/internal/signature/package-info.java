/** Tells by whom a module is signed. */
@NullMarked
package io.sirsi.wasm.internal.signature;

import org.jspecify.annotations.NullMarked;
