package io.sirsi.security.shiro.internal;

import java.util.Locale;

/**
 * Who wants in, by which door, from where. The name is as it was typed: anything.
 *
 * @param name the name, as typed
 * @param door {@code shell}, {@code jmx} or {@code console}
 * @param source the address of the client with its port, or empty if it is not known
 */
record LoginAttempt(String name, String door, String source) {

    private static final int SHOWN = 64;

    /** {@return the address without the port: what guesses are counted by} */
    String host() {
        String address = source.substring(source.lastIndexOf('/') + 1);
        int colon = address.lastIndexOf(':');
        boolean bareIpv6 = colon >= 0 && address.indexOf(':') != colon && !address.contains("]");
        return colon < 0 || bareIpv6 ? address : address.substring(0, colon);
    }

    /** {@return the name in printable ASCII, cut: fit for logs and audit, and one spelling only} */
    String shownName() {
        StringBuilder shown = new StringBuilder();
        name.chars()
                .limit(SHOWN)
                .forEach(
                        c -> {
                            if (c > ' ' && c < 0x7f && c != '\\' && c != '\'' && c != '"') {
                                shown.append((char) c);
                            } else {
                                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
                            }
                        });
        return name.length() > SHOWN ? shown + "..." : shown.toString();
    }
}
