/** Reads secrets from files. */
@NullMarked
package io.sirsi.secrets.file.internal;

import org.jspecify.annotations.NullMarked;
