/** Accounts from a file, roles from configuration, decisions by Shiro, logins for Karaf's doors. */
@NullMarked
package io.sirsi.security.shiro.internal;

import org.jspecify.annotations.NullMarked;
