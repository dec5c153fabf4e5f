/** Runs contenders side by side and makes ratios of what they do; knows none of them. */
@NullMarked
package io.sirsi.bench.harness;

import org.jspecify.annotations.NullMarked;
