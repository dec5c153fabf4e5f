/** The event bus: subscribers with bounded queues, dead letters, and counts of both. */
@NullMarked
package io.sirsi.events.internal;

import org.jspecify.annotations.NullMarked;
