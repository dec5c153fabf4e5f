/**
 * Tests of the shell without Karaf: commands are run as plain objects against a hypervisor with a
 * script.
 */
@NullMarked
package io.sirsi.shell.internal;

import org.jspecify.annotations.NullMarked;
