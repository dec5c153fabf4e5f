package io.sirsi.wasm.internal.guest.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves a name for a connection that is about to be made: exactly the addresses that were looked
 * at here are connected to. One address that may not be connected to spoils all of them.
 */
final class CheckedNames implements DnsResolver {

    private final NameResolver names;
    private final AddressPolicy policy;
    private final BooleanSupplier aborted;

    /** Looks names up until it is aborted: a late answer of a name service leads nowhere. */
    CheckedNames(NameResolver names, AddressPolicy policy, BooleanSupplier aborted) {
        this.names = names;
        this.policy = policy;
        this.aborted = aborted;
    }

    /** A name has an address that a guest may not connect to. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String host) {
            super(host);
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host).clone();
        if (addresses.length == 0 || aborted.getAsBoolean()) {
            throw new UnknownHostException(host);
        }
        for (InetAddress address : addresses) {
            if (!policy.allows(address)) {
                throw new RefusedAddressException(host);
            }
        }
        return addresses;
    }

    @Override
    public List<InetSocketAddress> resolve(String host, int port) throws UnknownHostException {
        return Arrays.stream(resolve(host))
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
