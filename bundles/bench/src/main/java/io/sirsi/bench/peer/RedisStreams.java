package io.sirsi.bench.peer;

import io.sirsi.bench.harness.Submitters;
import io.sirsi.bench.harness.Tally;
import io.sirsi.bench.harness.TaskContender;
import io.sirsi.bench.harness.UnavailableException;
import io.sirsi.bench.harness.WorkFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntryBinary;

/**
 * Redis Streams used as a queue: 256 tasks of 200 bytes a pipeline in, over a connection for each
 * submitting thread, read by one consumer of a group 256 at a time, run, and acknowledged in one
 * command. A task counts as ended when its acknowledgement came back; every command's effect is on
 * the disk before its answer.
 */
public final class RedisStreams implements TaskContender {

    private static final int BATCH = 256;

    /** More than ever waits, so that only what was acknowledged is cut off. */
    private static final long MOST_LENGTH = 2_000_000;

    private static final byte[] STREAM = bytes("tasks");
    private static final byte[] GROUP = bytes("workers");
    private static final byte[] PLACE = bytes("place");
    private static final byte[] BODY = bytes("body");
    private static final byte[] PAYLOAD = bytes("x".repeat(180));

    private final RedisServer server;
    private final Tally tally = new Tally();
    private final Submitters submitters = new Submitters(BATCH, this::send);
    private final List<Jedis> producers = new ArrayList<>();
    private @Nullable Thread consumer;
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    /**
     * Makes one.
     *
     * @param folder where its server's files will be
     */
    public RedisStreams(WorkFolder folder) {
        this.server = new RedisServer(folder);
    }

    @Override
    public String id() {
        return "redis-streams";
    }

    @Override
    public String durability() {
        return server.version()
                + ", appendonly yes, appendfsync always; submitted "
                + BATCH
                + " a pipeline by "
                + Submitters.THREADS
                + " threads";
    }

    @Override
    public Tally tally() {
        return tally;
    }

    @Override
    public void start() throws UnavailableException, IOException, InterruptedException {
        server.start();
        stopped = false;
        for (int i = 0; i < Submitters.THREADS; i++) {
            producers.add(server.connect());
        }
        producers.get(0).xgroupCreate(STREAM, GROUP, bytes("0"), true);
        submitters.start();
        Thread thread = new Thread(this::consume, "bench-redis-consumer");
        thread.setDaemon(true);
        consumer = thread;
        thread.start();
    }

    @Override
    public void submit(int priority, int place) throws Exception {
        submitters.add(priority, place);
        Exception broken = failure;
        if (broken != null) {
            throw new IllegalStateException("the consumer failed", broken);
        }
    }

    @Override
    public void flush() throws Exception {
        submitters.flush();
    }

    private void send(int thread, Submitters.Batch batch) {
        try (Pipeline pipeline = producers.get(thread).pipelined()) {
            for (int i = 0; i < batch.size(); i++) {
                pipeline.xadd(
                        STREAM,
                        XAddParams.xAddParams().maxLen(MOST_LENGTH).approximateTrimming(),
                        Map.of(PLACE, bytes(Integer.toString(batch.place(i))), BODY, PAYLOAD));
            }
            pipeline.sync();
        }
    }

    private void consume() {
        XReadGroupParams read = XReadGroupParams.xReadGroupParams().count(BATCH).block(100);
        Map<byte[], StreamEntryID> from =
                Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY);
        try (Jedis connection = server.connect()) {
            while (!stopped) {
                List<Map.Entry<byte[], List<StreamEntryBinary>>> answer =
                        connection.xreadGroupBinary(GROUP, bytes("one"), read, from);
                if (answer != null) {
                    for (Map.Entry<byte[], List<StreamEntryBinary>> stream : answer) {
                        run(connection, stream.getValue());
                    }
                }
            }
        } catch (JedisException e) {
            if (!stopped) {
                failure = e;
            }
        }
    }

    private void run(Jedis connection, List<StreamEntryBinary> entries) {
        byte[][] ids = new byte[entries.size()][];
        for (int i = 0; i < ids.length; i++) {
            StreamEntryBinary entry = entries.get(i);
            ids[i] = bytes(entry.getID().toString());
            tally.run(placeOf(entry));
        }
        connection.xack(STREAM, GROUP, ids);
        tally.complete(ids.length);
    }

    private static int placeOf(StreamEntryBinary entry) {
        for (Map.Entry<byte[], byte[]> field : entry.getFields().entrySet()) {
            if (Arrays.equals(field.getKey(), PLACE)) {
                return Integer.parseInt(new String(field.getValue(), StandardCharsets.US_ASCII));
            }
        }
        throw new IllegalStateException("an entry came back without its place");
    }

    @Override
    public void close() {
        stopped = true;
        Thread thread = consumer;
        if (thread != null) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        consumer = null;
        submitters.close();
        producers.forEach(Jedis::close);
        producers.clear();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
