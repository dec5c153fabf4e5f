/** What an engine for WebAssembly implements, and what it is given. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.spi.wasm;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
