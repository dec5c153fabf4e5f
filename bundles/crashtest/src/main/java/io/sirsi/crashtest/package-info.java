/** Kills the scheduler's process at random and at named points, and checks what outsiders saw. */
@NullMarked
package io.sirsi.crashtest;

import org.jspecify.annotations.NullMarked;
