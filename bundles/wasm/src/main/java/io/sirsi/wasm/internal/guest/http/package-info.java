/** HTTP for guests: to permitted names at public addresses, and to nothing else. */
@NullMarked
package io.sirsi.wasm.internal.guest.http;

import org.jspecify.annotations.NullMarked;
