/** Tests of the reports, with a scan made of lists. */
@NullMarked
package io.sirsi.report.internal;

import org.jspecify.annotations.NullMarked;
