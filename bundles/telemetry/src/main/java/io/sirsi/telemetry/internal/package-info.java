/** What is measured: the registry, who writes to it, and how it is read. */
@NullMarked
package io.sirsi.telemetry.internal;

import org.jspecify.annotations.NullMarked;
