/** What the platform measures of itself. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.telemetry;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
