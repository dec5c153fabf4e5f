/** The loader of modules. */
@NullMarked
package io.sirsi.wasm.internal;

import org.jspecify.annotations.NullMarked;
