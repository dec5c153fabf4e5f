/** The one entry for the doors: it decides, audits, and only then acts; sessions and scans. */
@NullMarked
package io.sirsi.hypervisor.internal;

import org.jspecify.annotations.NullMarked;
