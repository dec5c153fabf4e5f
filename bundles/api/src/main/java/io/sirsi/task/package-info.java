/** Tasks: what is wanted, when, by whom, and how it ended. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.task;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
