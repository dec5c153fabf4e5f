package io.sirsi.wasm.internal.guest.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that nobody may reach: it counts who came. Listens on 127.0.0.1 and nowhere else. */
final class Canary implements AutoCloseable {

    private final ServerSocket socket;
    private final Thread thread;
    private final AtomicInteger visitors = new AtomicInteger();
    private int own;

    Canary() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread = new Thread(this::count, "canary");
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    /**
     * {@return how many connections were made to it by others; one of our own, made last, has been
     * taken, so those before it have been, too}
     */
    int visitors() throws IOException {
        try (Socket probe = new Socket(socket.getInetAddress(), port())) {
            if (probe.getInputStream().read() < 0) {
                throw new IOException("the canary is dead");
            }
        }
        return visitors.get() - ++own;
    }

    private void count() {
        while (!socket.isClosed()) {
            try (Socket visitor = socket.accept()) {
                visitors.incrementAndGet();
                visitor.getOutputStream().write('x');
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
