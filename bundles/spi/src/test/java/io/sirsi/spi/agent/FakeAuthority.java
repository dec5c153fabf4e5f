package io.sirsi.spi.agent;

import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.Scan;
import io.sirsi.failure.RefusedException;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.security.Permission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An authority that remembers what it was asked, in words: {@code intent PERMISSION TARGET DETAIL},
 * then {@code done NOTE} or {@code failed}, and {@code denied PERMISSION TARGET}. Thread-safe.
 */
public final class FakeAuthority implements AgentAuthority {

    private static final Permission CLOUD_READ = Permission.of("cloud:read");

    private final List<Permission> granted;
    private final List<String> record = new ArrayList<>();
    private final List<Scan> scans = new ArrayList<>();
    private final List<CloudResource> resources = new ArrayList<>();

    /** An authority with these permissions. */
    public FakeAuthority(String... granted) {
        this.granted = Arrays.stream(granted).map(Permission::of).toList();
    }

    /** The newest scan is this one, and it has seen these resources. */
    public synchronized FakeAuthority withScan(Scan scan, List<CloudResource> seen) {
        scans.add(0, scan);
        resources.addAll(seen);
        return this;
    }

    /** {@return what it was asked, in order} */
    public synchronized List<String> record() {
        return List.copyOf(record);
    }

    @Override
    public boolean allows(Permission permission) {
        return granted.stream().anyMatch(mine -> mine.implies(permission));
    }

    @Override
    public void require(Permission permission, String target) {
        if (!allows(permission)) {
            write("denied " + permission + " " + target);
            throw RefusedException.denied("the agent lacks " + permission);
        }
    }

    @Override
    public <T> T act(
            Permission permission,
            String target,
            Map<String, String> detail,
            Supplier<T> effect,
            Function<? super T, String> note) {
        require(permission, target);
        write("intent " + permission + " " + target + " " + detail);
        boolean done = false;
        try {
            T result = effect.get();
            done = true;
            write("done " + note.apply(result));
            return result;
        } finally {
            if (!done) {
                write("failed");
            }
        }
    }

    @Override
    public List<Scan> scans(int limit) {
        require(CLOUD_READ, "");
        synchronized (this) {
            return scans.stream().limit(limit).toList();
        }
    }

    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        require(CLOUD_READ, query.scan().value());
        List<CloudResource> all;
        synchronized (this) {
            all = List.copyOf(resources);
        }
        all.stream()
                .skip(query.after().map(last -> indexOf(all, last) + 1).orElse(0))
                .filter(r -> query.type().map(r.key().type()::equals).orElse(true))
                .limit(query.limit())
                .forEach(reader);
    }

    private static int indexOf(List<CloudResource> all, ResourceKey key) {
        return all.stream().map(CloudResource::key).toList().indexOf(key);
    }

    private synchronized void write(String line) {
        record.add(line);
    }
}
