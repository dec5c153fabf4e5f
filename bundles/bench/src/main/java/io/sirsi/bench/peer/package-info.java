/** Others that do the same work, as their documents say they are to be used. */
@NullMarked
package io.sirsi.bench.peer;

import org.jspecify.annotations.NullMarked;
