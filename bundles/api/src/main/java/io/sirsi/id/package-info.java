/** Unguessable identifiers: how they are drawn and what they look like. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.id;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
