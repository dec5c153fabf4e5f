/** The durable log of the core: append, group commit, snapshot, recover. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.journal;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
