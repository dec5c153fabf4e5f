package io.sirsi.wasm.internal.guest.http;

import java.net.InetAddress;

/** Says where a guest may connect to. Thread-safe, does not block. */
@FunctionalInterface
public interface AddressPolicy {

    /** {@return whether a connection may be made to this address} */
    boolean allows(InetAddress address);
}
