package io.sirsi.security.shiro.internal;

import java.security.PublicKey;
import org.apache.shiro.authc.AuthenticationToken;

/** Someone shows a public key and says that it belongs to an account. */
final class PublicKeyToken implements AuthenticationToken {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final PublicKey key;

    PublicKeyToken(String name, PublicKey key) {
        this.name = name;
        this.key = key;
    }

    @Override
    public String getPrincipal() {
        return name;
    }

    @Override
    public PublicKey getCredentials() {
        return key;
    }
}
