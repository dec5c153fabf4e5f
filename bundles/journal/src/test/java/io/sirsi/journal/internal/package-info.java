/** Tests of the log, and a disk that forgets. */
@NullMarked
package io.sirsi.journal.internal;

import org.jspecify.annotations.NullMarked;
