/** Tests of what is measured. */
@NullMarked
package io.sirsi.telemetry.internal;

import org.jspecify.annotations.NullMarked;
