/** Agents: what they are, what they may, how they live in trees. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.agent;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
