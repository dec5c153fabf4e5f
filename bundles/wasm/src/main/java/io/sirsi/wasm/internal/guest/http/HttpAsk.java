package io.sirsi.wasm.internal.guest.http;

import io.sirsi.wasm.internal.guest.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a guest wants to send.
 *
 * @param method one of {@link #METHODS}
 * @param url where to
 * @param headers by their names in lower case
 * @param body what; empty if nothing
 */
public record HttpAsk(
        String method, String url, Map<String, String> headers, Optional<String> body) {

    /** The methods that there are. */
    public static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

    private static final int MOST_HEADERS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[\\t -~]{0,8190}[!-~])?|");

    /** What speaks of the connection or of the length is ours to say, and proxies are none. */
    private static final Set<String> OURS =
            Set.of(
                    "accept-encoding",
                    "connection",
                    "content-length",
                    "expect",
                    "forwarded",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "via");

    /**
     * Checks what a guest gave.
     *
     * @throws Refusal INVALID for a method or header that it cannot have
     */
    public static HttpAsk of(
            String method, String url, Map<String, String> headers, Optional<String> body)
            throws Refusal {
        if (!METHODS.contains(method)) {
            throw Refusal.invalid("method must be GET, HEAD, POST, PUT, PATCH or DELETE");
        }
        if (body.isPresent() && (method.equals("GET") || method.equals("HEAD"))) {
            throw Refusal.invalid("a " + method + " has no body");
        }
        if (headers.size() > MOST_HEADERS) {
            throw Refusal.invalid("headers must be at most " + MOST_HEADERS);
        }
        Map<String, String> checked = new TreeMap<>();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!NAME.matcher(name).matches() || !VALUE.matcher(header.getValue()).matches()) {
                throw Refusal.invalid(
                        "headers must have names of RFC 9110 and values of one line of ASCII");
            }
            if (OURS.contains(name)
                    || name.startsWith("proxy-")
                    || name.startsWith("x-forwarded-")) {
                throw Refusal.invalid("the header " + name + " is not the guest's to set");
            }
            if (checked.put(name, header.getValue()) != null) {
                throw Refusal.invalid("the header " + name + " is there twice");
            }
        }
        return new HttpAsk(method, url, Map.copyOf(checked), body);
    }
}
