/** The far end of {@code ./sirsi exec}. */
@NullMarked
package io.sirsi.shell.internal.remote;

import org.jspecify.annotations.NullMarked;
