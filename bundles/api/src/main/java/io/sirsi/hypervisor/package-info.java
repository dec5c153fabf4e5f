/** The one entry for every door: each call is decided, audited, and only then done. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.hypervisor;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
