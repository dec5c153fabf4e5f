package io.sirsi.wasm.internal.guest.http;

import java.util.Map;

/** What came back. An immutable value, but for the bytes of its body, which are not copied. */
public final class HttpAnswer {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    HttpAnswer(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    /** {@return the status, 200 to 599} */
    public int status() {
        return status;
    }

    /**
     * {@return the headers by their names in lower case; those of one name joined with commas;
     * without {@code set-cookie}}
     */
    public Map<String, String> headers() {
        return headers;
    }

    /** {@return the body; empty if there is none} */
    public byte[] body() {
        return body;
    }
}
