/** The log of bytes: ring, writer, files, snapshots, recovery. */
@NullMarked
package io.sirsi.journal.internal;

import org.jspecify.annotations.NullMarked;
