/** Draws the HTML page and writes the JSON lines. */
@NullMarked
package io.sirsi.report.internal;

import org.jspecify.annotations.NullMarked;
