/**
 * What all commands of the shell share: who calls, how refusals are told, how values become tables
 * and JSON.
 */
@NullMarked
package io.sirsi.shell.internal;

import org.jspecify.annotations.NullMarked;
