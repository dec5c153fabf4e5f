/** The tamper-evident record of who did what, written before the effect. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.audit;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
