/** What a guest can call, what it is handed and what it hands back. */
@NullMarked
package io.sirsi.wasm.internal.guest;

import org.jspecify.annotations.NullMarked;
