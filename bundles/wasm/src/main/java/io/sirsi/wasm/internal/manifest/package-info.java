/** Reads what modules say of themselves, and checks the settings of their agents. */
@NullMarked
package io.sirsi.wasm.internal.manifest;

import org.jspecify.annotations.NullMarked;
