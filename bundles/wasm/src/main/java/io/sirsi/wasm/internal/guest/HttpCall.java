package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.security.Permission;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.guest.GuestLimits.Name;
import io.sirsi.wasm.internal.guest.http.GuestHttp;
import io.sirsi.wasm.internal.guest.http.HttpAnswer;
import io.sirsi.wasm.internal.guest.http.HttpAsk;
import io.sirsi.wasm.internal.guest.http.HttpTarget;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** {@code http}: a call to a host that the agent may call. */
final class HttpCall implements HostCall {

    private static final int MAX_URL = 8_192;
    private static final int MAX_PATH = 512;

    private final GuestHttp http;
    private final GuestWorkers workers;

    HttpCall(GuestHttp http, GuestWorkers workers) {
        this.http = http;
        this.workers = workers;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public Set<String> keys() {
        return Set.of("method", "url", "headers", "body");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        HttpAsk ask =
                HttpAsk.of(
                        request.optionalText("method", 10).orElse("GET"),
                        request.text("url", MAX_URL),
                        request.map("headers", 64),
                        request.optionalText("body", Integer.MAX_VALUE));
        task.countHttpCall();
        GuestLimits limits = task.guest().limits();
        Duration longest = Duration.ofMillis(limits.get(Name.HTTP_MS));
        GuestHttp.Call call =
                http.prepare(
                        ask,
                        limits.get(Name.OUTPUT_BYTES),
                        longest.toMillis(),
                        (method, target, exchange) -> pass(task, method, target, exchange));
        HttpAnswer answer = workers.run(task, longest, call::run, call::abort);
        ObjectNode response = GuestJson.object().put("status", answer.status());
        ObjectNode headers = response.putObject("headers");
        answer.headers().forEach(headers::put);
        return response.put("body", text(answer));
    }

    private static HttpAnswer pass(
            GuestTask task, String method, HttpTarget target, Supplier<HttpAnswer> exchange) {
        return task.guest()
                .authority()
                .act(
                        Permission.of("http:call:" + target.host()),
                        target.host() + ":" + target.port(),
                        Map.of(
                                "method",
                                method,
                                "path",
                                Lines.tidy(task.secrets().masked(target.path()), MAX_PATH)),
                        exchange,
                        answer -> "status " + answer.status());
    }

    private static String text(HttpAnswer answer) throws Refusal {
        try {
            return charset(answer.headers())
                    .newDecoder()
                    .decode(ByteBuffer.wrap(answer.body()))
                    .toString();
        } catch (CharacterCodingException | IllegalArgumentException binary) {
            throw new Refusal(
                    Code.UNSUPPORTED,
                    "the response (status " + answer.status() + ") has a body that is not text");
        }
    }

    private static Charset charset(Map<String, String> headers) {
        String type = headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        int at = type.indexOf("charset=");
        if (at < 0) {
            return StandardCharsets.UTF_8;
        }
        String name = type.substring(at + "charset=".length()).replaceAll("[;,].*", "");
        return Optional.of(name.replace("\"", "").strip())
                .map(Charset::forName)
                .orElse(StandardCharsets.UTF_8);
    }
}
