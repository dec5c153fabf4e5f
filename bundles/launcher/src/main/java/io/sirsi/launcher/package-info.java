/** Starts, stops and talks to a node from the command line, outside the framework. */
@NullMarked
package io.sirsi.launcher;

import org.jspecify.annotations.NullMarked;
