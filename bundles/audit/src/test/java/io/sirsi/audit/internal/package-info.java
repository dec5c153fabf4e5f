/** Tests of the audit trail. */
@NullMarked
package io.sirsi.audit.internal;

import org.jspecify.annotations.NullMarked;
