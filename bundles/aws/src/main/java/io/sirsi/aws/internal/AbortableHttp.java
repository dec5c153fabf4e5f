package io.sirsi.aws.internal;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * An HTTP client that aborts what is under way when it is closed, so that stopping the bundle does
 * not wait for a server.
 */
final class AbortableHttp implements SdkHttpClient {

    private final SdkHttpClient http;
    private final Set<ExecutableHttpRequest> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    AbortableHttp(SdkHttpClient http) {
        this.http = http;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = http.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                underWay.add(prepared);
                try {
                    if (closed) {
                        throw new IOException("the client is closed");
                    }
                    return prepared.call();
                } finally {
                    underWay.remove(prepared);
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    @Override
    public String clientName() {
        return http.clientName();
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(ExecutableHttpRequest::abort);
        http.close();
    }
}
