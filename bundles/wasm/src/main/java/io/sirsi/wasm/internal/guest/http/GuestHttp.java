package io.sirsi.wasm.internal.guest.http;

import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.wasm.internal.guest.Refusal;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;

/**
 * Calls the outside for guests. Keeps nothing between two calls: no connection, no cookie, no
 * cache, no credential; asks no proxy. Thread-safe.
 */
public final class GuestHttp {

    private static final int MAX_REDIRECTS = 5;

    /** What may follow to another place; everything else was meant for the first. */
    private static final Set<String> HARMLESS =
            Set.of("accept", "accept-language", "content-type", "user-agent");

    private final NameResolver names;
    private final AddressPolicy policy;
    private final SSLContext tls;
    private final boolean plainAllowed;

    /**
     * Makes it.
     *
     * @param names finds addresses
     * @param policy which of them may be connected to
     * @param tls whom to trust
     * @param plainAllowed whether guests may use {@code http} without TLS
     */
    public GuestHttp(
            NameResolver names, AddressPolicy policy, SSLContext tls, boolean plainAllowed) {
        this.names = names;
        this.policy = policy;
        this.tls = tls;
        this.plainAllowed = plainAllowed;
    }

    /** {@return the one of a node: the machine's names, public addresses, the JDK's trust} */
    public static GuestHttp ofNode(SSLContext tls, boolean plainAllowed) {
        return new GuestHttp(InetAddress::getAllByName, new PublicAddresses(), tls, plainAllowed);
    }

    /**
     * Prepares a call.
     *
     * @param ask what to send
     * @param maxBody the longest body that is taken, in bytes
     * @param timeoutMs the longest wait for a connection, and for each piece, in ms
     * @param gate asks for each step
     * @return the call
     * @throws Refusal if the URL cannot be called
     */
    public Call prepare(HttpAsk ask, long maxBody, long timeoutMs, HttpGate gate) throws Refusal {
        return new Call(
                HttpTarget.read(ask.url(), plainAllowed),
                ask,
                new HttpExchange(names, policy, tls, maxBody, timeoutMs),
                gate);
    }

    /** One call with its redirects. */
    public final class Call {
        private final HttpTarget first;
        private final HttpAsk ask;
        private final HttpExchange exchange;
        private final HttpGate gate;

        Call(HttpTarget first, HttpAsk ask, HttpExchange exchange, HttpGate gate) {
            this.first = first;
            this.ask = ask;
            this.exchange = exchange;
            this.gate = gate;
        }

        /**
         * Does it. Blocks.
         *
         * @return what came back at last
         * @throws Refusal UNREACHABLE, TIMED_OUT, LIMIT and the like
         * @throws io.sirsi.failure.RefusedException from the gate
         */
        public HttpAnswer run() throws Refusal {
            try {
                return follow();
            } catch (HttpExchange.FailedException failed) {
                throw failed.refusal();
            }
        }

        /** Breaks it off, from whichever thread. */
        public void abort() {
            exchange.abort();
        }

        private HttpAnswer follow() throws Refusal {
            HttpTarget target = first;
            String method = ask.method();
            Map<String, String> headers = ask.headers();
            Optional<String> body = ask.body();
            for (int redirects = 0; ; redirects++) {
                HttpAnswer answer = pass(method, target, headers, body);
                Optional<String> location =
                        Optional.ofNullable(answer.headers().get("location"))
                                .filter(there -> isRedirect(answer.status()));
                if (location.isEmpty()) {
                    return answer;
                }
                if (redirects == MAX_REDIRECTS) {
                    throw new Refusal(
                            Code.REMOTE_ERROR,
                            "the other side redirected more than " + MAX_REDIRECTS + " times");
                }
                HttpTarget next = target.redirectedTo(location.get(), plainAllowed);
                if (becomesGet(answer.status(), method)) {
                    method = "GET";
                    body = Optional.empty();
                }
                if (!next.sameOrigin(target)) {
                    if (body.isPresent()) {
                        throw new Refusal(
                                Code.FORBIDDEN,
                                "the other side redirected the body to another place");
                    }
                    headers = new TreeMap<>(headers);
                    headers.keySet().retainAll(HARMLESS);
                }
                target = next;
            }
        }

        private HttpAnswer pass(
                String method,
                HttpTarget target,
                Map<String, String> headers,
                Optional<String> body) {
            return gate.pass(method, target, () -> exchange.send(method, target, headers, body));
        }

        private boolean isRedirect(int status) {
            return status == 301
                    || status == 302
                    || status == 303
                    || status == 307
                    || status == 308;
        }

        /** As RFC 9110, 15.4, wants and allows it. */
        private boolean becomesGet(int status, String method) {
            return (status == 303 && !method.equals("HEAD"))
                    || ((status == 301 || status == 302)
                            && method.toUpperCase(Locale.ROOT).equals("POST"));
        }
    }
}
