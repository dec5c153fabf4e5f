/** Measurements of single steps, by JMH. */
@NullMarked
package io.sirsi.bench.micro;

import org.jspecify.annotations.NullMarked;
