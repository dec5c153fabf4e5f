/** Who calls, what may be asked for, and who decides. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.security;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
