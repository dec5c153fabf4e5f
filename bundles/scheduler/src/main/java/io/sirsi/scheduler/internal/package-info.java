/** Which task runs where and when. */
@NullMarked
package io.sirsi.scheduler.internal;

import org.jspecify.annotations.NullMarked;
