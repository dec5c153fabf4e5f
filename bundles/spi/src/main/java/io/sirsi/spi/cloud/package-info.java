/**
 * What the bundle of a cloud implements: accounts, regions, types, discovery in pages, rules for
 * findings.
 */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.spi.cloud;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
