/** Tests of the event bus. */
@NullMarked
package io.sirsi.events.internal;

import org.jspecify.annotations.NullMarked;
