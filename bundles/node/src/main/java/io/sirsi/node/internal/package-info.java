/** Tells the world outside the process that this node is ready, and where its doors are. */
@NullMarked
package io.sirsi.node.internal;

import org.jspecify.annotations.NullMarked;
