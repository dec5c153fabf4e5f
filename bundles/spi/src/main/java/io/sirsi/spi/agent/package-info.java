/** What the bundle of an agent implements, and what it is given. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.spi.agent;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
