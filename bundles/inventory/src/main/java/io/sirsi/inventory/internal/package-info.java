/** The inventory on H2, and the agent that applies rules to it. */
@NullMarked
package io.sirsi.inventory.internal;

import org.jspecify.annotations.NullMarked;
