package io.sirsi.host.internal;

import io.sirsi.agent.AgentFailure;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Gathers listening sockets; several of one address and port are one port. */
final class ListeningPorts {

    private record Place(String protocol, String address, int port, String reach) {}

    private final Map<Place, Set<Integer>> pids =
            new TreeMap<>(
                    Comparator.comparing(Place::protocol)
                            .thenComparing(Place::port)
                            .thenComparing(Place::address));

    /**
     * Adds a socket.
     *
     * @param protocol {@code tcp} or {@code udp}
     * @param address where it listens
     * @param port on which port
     * @param pid the process behind it; 0 or less if that cannot be seen
     */
    void add(String protocol, InetAddress address, int port, int pid) {
        Place place = new Place(protocol, text(address.getHostAddress()), port, reach(address));
        Set<Integer> owners = pids.computeIfAbsent(place, absent -> new TreeSet<>());
        if (pid > 0) {
            owners.add(pid);
        }
    }

    /** {@return the processes behind all of them, as far as they can be seen} */
    Set<Integer> pids() {
        return pids.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    /**
     * Lists them.
     *
     * @param names the names of processes, as far as they are known
     * @return the ports, and a gap if the process behind some of them cannot be seen
     */
    Listing listing(Map<Integer, String> names) {
        List<Listing.Entry> entries = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        pids.forEach(
                (place, owners) -> {
                    String host =
                            place.address().indexOf(':') >= 0
                                    ? "[" + place.address() + "]"
                                    : place.address();
                    String id = place.protocol() + "/" + host + ":" + place.port();
                    Attributes attributes =
                            new Attributes()
                                    .text("protocol", place.protocol())
                                    .text("address", place.address())
                                    .count("port", place.port())
                                    .text("reach", place.reach())
                                    .text(
                                            "pids",
                                            join(owners.stream().map(String::valueOf).toList()))
                                    .text(
                                            "processes",
                                            join(
                                                    owners.stream()
                                                            .map(pid -> names.getOrDefault(pid, ""))
                                                            .filter(name -> !name.isEmpty())
                                                            .distinct()
                                                            .toList()));
                    if (owners.isEmpty()) {
                        hidden.add(id);
                    }
                    entries.add(new Listing.Entry(id, id, attributes.map()));
                });
        List<AgentFailure> gaps =
                hidden.isEmpty()
                        ? List.of()
                        : List.of(
                                AgentFailure.of(
                                        AgentFailure.Code.FORBIDDEN,
                                        "the process behind "
                                                + hidden.size()
                                                + " of "
                                                + entries.size()
                                                + " listening ports cannot be seen, such as that of "
                                                + hidden.get(0)
                                                + ": run the node as root, outside of a container,"
                                                + " to see it"));
        return new Listing(entries, gaps);
    }

    /** Writes an IP address the short way, without a zone. */
    static String text(String address) {
        int zone = address.indexOf('%');
        String plain = zone < 0 ? address : address.substring(0, zone);
        if (plain.indexOf(':') < 0) {
            return plain;
        }
        try {
            InetAddress parsed = InetAddress.getByName(plain);
            return parsed instanceof Inet6Address ? shorten(parsed.getAddress()) : plain;
        } catch (UnknownHostException e) {
            return plain;
        }
    }

    private static String reach(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "all-interfaces";
        }
        return address.isLoopbackAddress() ? "this-machine" : "one-interface";
    }

    private static String join(List<String> parts) {
        return String.join(",", parts);
    }

    /**
     * Writes 16 bytes as RFC 5952 wants it: the longest run of zeros, two groups or more, as "::".
     */
    private static String shorten(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
