package io.sirsi.wasm.internal.guest.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Allows public unicast addresses only. What is not public is taken from the registries of special
 * addresses of IANA (RFC 6890 and what came after it); an IPv6 address that carries an IPv4 address
 * in it is refused altogether, since what is at its other end is not said by it. (Of a mapped
 * address the JDK makes an IPv4 address, which is looked at as such.)
 */
public final class PublicAddresses implements AddressPolicy {

    private static final List<Block> REFUSED =
            List.of(
                    // IPv4
                    Block.of("0.0.0.0", 8), // this network
                    Block.of("10.0.0.0", 8), // private
                    Block.of("100.64.0.0", 10), // shared by carriers; also a metadata service
                    Block.of("127.0.0.0", 8), // loopback
                    Block.of("168.63.129.16", 32), // a metadata service at a public address
                    Block.of("169.254.0.0", 16), // link-local; also metadata services
                    Block.of("172.16.0.0", 12), // private
                    Block.of("192.0.0.0", 24), // protocol assignments
                    Block.of("192.0.2.0", 24), // documentation
                    Block.of("192.31.196.0", 24), // AS112
                    Block.of("192.52.193.0", 24), // AMT
                    Block.of("192.88.99.0", 24), // 6to4 relays
                    Block.of("192.168.0.0", 16), // private
                    Block.of("192.175.48.0", 24), // AS112
                    Block.of("198.18.0.0", 15), // benchmarks
                    Block.of("198.51.100.0", 24), // documentation
                    Block.of("203.0.113.0", 24), // documentation
                    Block.of("224.0.0.0", 3), // multicast, reserved, broadcast
                    // IPv6, within 2000::/3
                    Block.of("2001::", 23), // protocol assignments, Teredo, benchmarks, ORCHID
                    Block.of("2001:db8::", 32), // documentation
                    Block.of("2002::", 16), // 6to4
                    Block.of("2620:4f:8000::", 48), // AS112
                    Block.of("3fff::", 20)); // documentation

    /** All that is global unicast in IPv6; outside are mapped, translated, local and multicast. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

    @Override
    public boolean allows(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 16 && !GLOBAL_UNICAST.contains(bytes)) {
            return false;
        }
        return REFUSED.stream().noneMatch(block -> block.contains(bytes));
    }

    /** Addresses that begin with the same bits. */
    private static final class Block {
        private final byte[] prefix;
        private final int bits;

        private Block(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Block of(String address, int bits) {
            try {
                return new Block(InetAddress.getByName(address).getAddress(), bits);
            } catch (UnknownHostException impossible) { // it is written as numbers
                throw new IllegalArgumentException(address, impossible);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >> (8 - rest) == 0;
        }
    }
}
