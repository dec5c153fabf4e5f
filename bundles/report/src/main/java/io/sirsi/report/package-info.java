/** Scans as documents: one self-contained HTML file for people, JSON lines for programs. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.report;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
