/** What a JMX client sees: MBean interfaces and their values, of open types only. */
@NullMarked
package io.sirsi.jmx;

import org.jspecify.annotations.NullMarked;
