package io.sirsi.crashtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The world outside: a process of its own that has effects and keeps a ledger of them, on disk
 * before it answers. It has an effect once for a key, refuses a fence older than one that it has
 * seen for the task, answers slowly at times, and at times has the effect and says that it failed.
 *
 * <p>Victims are served one after another, each until its connection ends: what a dead one sent is
 * in the ledger before the first word of the next.
 */
final class EffectSink {

    private record Message(Line line, OutputStream to) {}

    private record Answer(Line line, OutputStream to, int slowMs) {}

    private final long seed;
    private final FileChannel ledger;
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    work -> {
                        Thread thread = new Thread(work, "sink-answers");
                        thread.setDaemon(true);
                        return thread;
                    });

    private final Map<String, Long> fences = new HashMap<>();
    private final Map<String, String> hashes = new HashMap<>();
    private final Map<String, Integer> tries = new HashMap<>();

    EffectSink(long seed, FileChannel ledger) {
        this.seed = seed;
        this.ledger = ledger;
    }

    /**
     * Serves until its standard input ends.
     *
     * @param args the seed, the file of the ledger
     */
    public static void main(String[] args) throws IOException {
        EffectSink sink =
                new EffectSink(
                        Long.parseLong(args[0]),
                        FileChannel.open(
                                Path.of(args[1]),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND));
        ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        daemon("sink-ledger", () -> sink.keep());
        daemon("sink-door", () -> sink.serve(door));
        System.out.println(Line.of("listening").with("port", door.getLocalPort()));
        while (System.in.read() >= 0) {
            // The driver holds the other end; when it is gone, so are we.
        }
        System.exit(0);
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (where, e) -> {
                    e.printStackTrace();
                    Runtime.getRuntime().halt(1);
                });
        thread.start();
    }

    private void serve(ServerSocket door) {
        while (true) {
            try (Socket victim = door.accept()) {
                victim.setTcpNoDelay(true);
                OutputStream out = victim.getOutputStream();
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        victim.getInputStream(), StandardCharsets.UTF_8));
                for (String text = in.readLine(); text != null; text = in.readLine()) {
                    inbox.add(new Message(whole(text), out));
                }
            } catch (IOException e) {
                // A victim that was killed resets its connection; what it sent before has been
                // read.
            }
        }
    }

    /** A victim that dies while it writes leaves half a line: it never said that. */
    private static Line whole(String text) {
        try {
            return Line.parse(text);
        } catch (IllegalArgumentException e) {
            return Line.of("half").with("text", text);
        }
    }

    private void keep() {
        List<Message> batch = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        try {
            while (true) {
                batch.add(inbox.take());
                inbox.drainTo(batch);
                StringBuilder lines = new StringBuilder();
                for (Message message : batch) {
                    Line entry = message.line().with("t", System.nanoTime());
                    if (entry.is("effect")) {
                        answers.add(take(message));
                    }
                    lines.append(entry).append('\n');
                }
                ByteBuffer bytes =
                        ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    ledger.write(bytes);
                }
                ledger.force(false);
                answers.forEach(this::answer);
                batch.clear();
                answers.clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Decides on an effect and writes the decision into its line. */
    private Answer take(Message message) {
        Line effect = message.line();
        SinkMood mood = SinkMood.of(seed, effect.text("ref"));
        String decision = decide(effect);
        effect.with("applied", decision.equals("done") ? 1 : 0);
        if (!decision.equals("stale")
                && tries.merge(effect.text("key"), 1, Integer::sum) <= mood.failures()) {
            decision = "failed";
        }
        effect.with("answer", decision);
        Line answer = Line.of("answer").with("id", effect.number("id")).with("answer", decision);
        return new Answer(answer, message.to(), mood.slowMs());
    }

    String decide(Line effect) {
        long fence = effect.number("fence");
        long newest = fences.merge(effect.text("task"), fence, Math::max);
        if (fence < newest) {
            return "stale";
        }
        String earlier = hashes.putIfAbsent(effect.text("key"), effect.text("hash"));
        if (earlier == null) {
            return "done";
        }
        return earlier.equals(effect.text("hash")) ? "again" : "conflict";
    }

    private void answer(Answer answer) {
        if (answer.slowMs() > 0) {
            var unused = later.schedule(() -> say(answer), answer.slowMs(), TimeUnit.MILLISECONDS);
        } else {
            say(answer);
        }
    }

    private static void say(Answer answer) {
        byte[] bytes = (answer.line() + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (answer.to()) {
            try {
                answer.to().write(bytes);
            } catch (IOException e) {
                // The victim is dead; it will ask again.
                return;
            }
        }
    }
}
