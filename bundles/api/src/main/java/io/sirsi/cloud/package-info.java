/**
 * What is out there: providers, accounts, scans, resources, findings, and the gaps in what could be
 * seen.
 */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.cloud;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
