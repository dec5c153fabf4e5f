/** The JMX door itself: who calls, what they are told, what is notified. */
@NullMarked
package io.sirsi.jmx.internal;

import org.jspecify.annotations.NullMarked;
