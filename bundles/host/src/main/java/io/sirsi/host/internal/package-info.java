/** Looks at the machine that the node runs on. */
@NullMarked
package io.sirsi.host.internal;

import org.jspecify.annotations.NullMarked;
