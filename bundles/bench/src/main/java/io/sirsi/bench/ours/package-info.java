/** The product itself, as contenders. */
@NullMarked
package io.sirsi.bench.ours;

import org.jspecify.annotations.NullMarked;
