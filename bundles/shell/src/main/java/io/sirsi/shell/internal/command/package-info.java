/** The commands, one class each: parse, call the hypervisor, print. */
@NullMarked
package io.sirsi.shell.internal.command;

import org.jspecify.annotations.NullMarked;
