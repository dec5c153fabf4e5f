package io.sirsi.wasm.internal.guest.http;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.wasm.internal.guest.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a call goes, in the one form that is looked at and connected to alike.
 *
 * @param scheme {@code https} or {@code http}
 * @param host a name of at least two labels in lower case, never an address
 * @param port 1 to 65,535
 * @param path beginning with a slash, as it was written
 * @param query behind the question mark, as it was written; empty if there is none
 */
public record HttpTarget(String scheme, String host, int port, String path, String query) {

    private static final int MAX_URL = 8_192;

    /**
     * ASCII only; the last label begins with a letter, so nothing that a resolver reads as number.
     */
    private static final Pattern HOST =
            Pattern.compile(
                    "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern PRINTABLE = Pattern.compile("[!-~]*");

    /** The longest part of a permission. */
    private static final int MAX_HOST = 64;

    /**
     * Reads a URL.
     *
     * @param url absolute, in ASCII
     * @param plainAllowed whether {@code http} is taken, too
     * @throws Refusal INVALID if it is not one, FORBIDDEN if it names no permissible kind of place
     */
    static HttpTarget read(String url, boolean plainAllowed) throws Refusal {
        if (url.length() > MAX_URL || !PRINTABLE.matcher(url).matches()) {
            throw Refusal.invalid(
                    "url must be printable ASCII of at most " + MAX_URL + " characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw Refusal.invalid("url is not a URL as RFC 3986 has it");
        }
        return of(uri, plainAllowed);
    }

    /** {@return where a redirect of this place leads to} */
    HttpTarget redirectedTo(String location, boolean plainAllowed) throws Refusal {
        if (location.length() > MAX_URL || !PRINTABLE.matcher(location).matches()) {
            throw Refusal.invalid("the redirect leads to what is not a URL");
        }
        try {
            HttpTarget next = of(uri().resolve(new URI(location)), plainAllowed);
            if (scheme.equals("https") && !next.scheme.equals("https")) {
                throw new Refusal(Code.FORBIDDEN, "the redirect leads from https to http");
            }
            return next;
        } catch (URISyntaxException malformed) {
            throw Refusal.invalid("the redirect leads to what is not a URL");
        }
    }

    private static HttpTarget of(URI uri, boolean plainAllowed) throws Refusal {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(scheme.equals("http") && plainAllowed)) {
            throw new Refusal(
                    Code.FORBIDDEN,
                    plainAllowed
                            ? "url must begin with https or http"
                            : "url must begin with https");
        }
        String authority = uri.getRawAuthority();
        if (authority == null || authority.indexOf('@') >= 0) {
            throw Refusal.invalid("url must have a host, and no user before it");
        }
        int colon = authority.indexOf(':');
        String host =
                (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (host.length() > MAX_HOST || !HOST.matcher(host).matches()) {
            throw new Refusal(
                    Code.FORBIDDEN,
                    "the host of url must be a full name of at most "
                            + MAX_HOST
                            + " characters, such as api.example.com; an address is not taken");
        }
        int port =
                colon < 0
                        ? (scheme.equals("https") ? 443 : 80)
                        : port(authority.substring(colon + 1));
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        return new HttpTarget(
                scheme,
                host,
                port,
                path == null || path.isEmpty() ? "/" : path,
                query == null ? "" : query);
    }

    private static int port(String digits) throws Refusal {
        if (digits.length() <= 5 && digits.matches("[0-9]+")) {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        }
        throw Refusal.invalid("the port of url must be 1 to 65535");
    }

    /** {@return whether the other is of the same scheme, host and port} */
    boolean sameOrigin(HttpTarget other) {
        return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
    }

    /** {@return path and query, as they go out} */
    String pathAndQuery() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** {@return the whole, with its port} */
    URI uri() {
        return URI.create(scheme + "://" + host + ":" + port + pathAndQuery());
    }
}
