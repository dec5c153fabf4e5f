/** The audit trail in files: records chained by hash, on disk before the caller goes on. */
@NullMarked
package io.sirsi.audit.internal;

import org.jspecify.annotations.NullMarked;
