/** The command that runs the benchmarks. */
@NullMarked
package io.sirsi.bench;

import org.jspecify.annotations.NullMarked;
