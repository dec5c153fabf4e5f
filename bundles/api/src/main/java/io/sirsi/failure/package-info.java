/** How the platform says no: one refusal type whose message is the sentence that a person reads. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.failure;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
