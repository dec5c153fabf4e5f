/** What the machine itself can do: the least code that has the effect. */
@NullMarked
package io.sirsi.bench.limit;

import org.jspecify.annotations.NullMarked;
