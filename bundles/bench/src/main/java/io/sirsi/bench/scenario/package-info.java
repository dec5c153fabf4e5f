/** The rows: which contenders do which work, and what is compared. */
@NullMarked
package io.sirsi.bench.scenario;

import org.jspecify.annotations.NullMarked;
