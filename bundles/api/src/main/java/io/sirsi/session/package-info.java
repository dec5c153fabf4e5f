/** Sessions: an owner's bounded room for agents and tasks. */
@NullMarked
@Export
@Version("1.0.0")
package io.sirsi.session;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
