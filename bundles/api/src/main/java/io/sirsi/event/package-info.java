/** Facts and the bus that carries them: typed, bounded, synchronous or not. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.event;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
