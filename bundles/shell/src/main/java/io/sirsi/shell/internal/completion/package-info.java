/** What the shell offers when a person presses Tab. */
@NullMarked
package io.sirsi.shell.internal.completion;

import org.jspecify.annotations.NullMarked;
