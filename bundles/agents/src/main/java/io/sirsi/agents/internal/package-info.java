/** The agents of this node: types, trees, threads. */
@NullMarked
package io.sirsi.agents.internal;

import org.jspecify.annotations.NullMarked;
