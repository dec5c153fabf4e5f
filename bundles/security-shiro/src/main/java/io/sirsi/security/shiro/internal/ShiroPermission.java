package io.sirsi.security.shiro.internal;

import io.sirsi.security.Permission;

/**
 * A permission of the platform as Shiro sees it. Shiro's own wildcard strings, with their lists and
 * their case folding, are not used: there is one rule, {@link Permission#implies}.
 *
 * @param value the permission
 */
record ShiroPermission(Permission value) implements org.apache.shiro.authz.Permission {

    /**
     * {@return the permission with this text}
     *
     * @throws IllegalArgumentException if it is none
     */
    static ShiroPermission of(String text) {
        return new ShiroPermission(Permission.of(text));
    }

    @Override
    public boolean implies(org.apache.shiro.authz.Permission other) {
        return other instanceof ShiroPermission that && value.implies(that.value);
    }
}
