/** Modules of WebAssembly as agents: what is installed, checked, tried, and how it fares. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.wasm;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
