package io.sirsi.wasm.internal.guest.http;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a name. Thread-safe, blocks for as long as the name service takes. */
@FunctionalInterface
public interface NameResolver {

    /**
     * {@return the addresses, at least one}
     *
     * @throws UnknownHostException if there is none
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
