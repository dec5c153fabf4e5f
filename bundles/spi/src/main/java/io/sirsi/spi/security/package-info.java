/** What a source of secrets implements. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.spi.security;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
