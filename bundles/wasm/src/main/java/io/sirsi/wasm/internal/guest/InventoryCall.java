package io.sirsi.wasm.internal.guest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirsi.agent.AgentFailure.Code;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.hypervisor.AgentAuthority;
import io.sirsi.spi.wasm.WasmTrap;
import io.sirsi.wasm.internal.guest.GuestLimits.Name;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code inventory}: the resources of a scan, a page at a time, in the order of the inventory. The
 * mark of a page is the scan and the last resource of the page before.
 */
final class InventoryCall implements HostCall {

    private static final String LATEST = "latest";
    private static final int MAX_PAGE = 500;
    private static final int MAX_MARK = 8_192;

    /** Kept free of a page for its other parts, in bytes. */
    private static final int RESERVE = MAX_MARK + 256;

    private final GuestWorkers workers;

    InventoryCall(GuestWorkers workers) {
        this.workers = workers;
    }

    @Override
    public String name() {
        return "inventory";
    }

    @Override
    public Set<String> keys() {
        return Set.of("scan", "provider", "type", "after", "limit");
    }

    @Override
    public ObjectNode answer(GuestTask task, Request request) throws Refusal, WasmTrap {
        String scan = request.optionalText("scan", 64).orElse(LATEST);
        Optional<String> provider = request.optionalText("provider", 64);
        Optional<String> type = request.optionalText("type", 128);
        Optional<String> after = request.optionalText("after", MAX_MARK);
        int limit = (int) request.number("limit", 1, MAX_PAGE, MAX_PAGE);
        Optional<Mark> mark = after.isPresent() ? Optional.of(Mark.read(after.get())) : none();
        Optional<ResourceType> wanted = type.isPresent() ? Optional.of(type(type.get())) : none();
        AgentAuthority authority = task.guest().authority();
        long room = task.guest().limits().get(Name.OUTPUT_BYTES) - RESERVE;
        return workers.run(
                task,
                () -> {
                    ScanId id = mark.isPresent() ? mark.get().scan() : scan(authority, scan);
                    Page page = new Page(id, provider, limit, room);
                    ResourceQuery query =
                            new ResourceQuery(
                                    id,
                                    wanted,
                                    Optional.empty(),
                                    mark.map(Mark::last),
                                    provider.isPresent() ? 10_000_000 : limit + 1);
                    try {
                        authority.forEachResource(query, page);
                    } catch (PageFull full) {
                        // The rest is for the next page.
                    }
                    return page.response();
                });
    }

    private static <T> Optional<T> none() {
        return Optional.empty();
    }

    private static ScanId scan(AgentAuthority authority, String name) throws Refusal {
        if (name.equals(LATEST)) {
            List<Scan> scans = authority.scans(1);
            if (scans.isEmpty()) {
                throw new Refusal(
                        Code.NOT_FOUND,
                        "there is no scan yet; run one first, such as with cloud:scan");
            }
            return scans.get(0).id();
        }
        try {
            return new ScanId(name);
        } catch (IllegalArgumentException malformed) {
            throw Refusal.invalid("scan must be latest or the name of a scan");
        }
    }

    private static ResourceType type(String name) throws Refusal {
        try {
            return new ResourceType(name);
        } catch (IllegalArgumentException malformed) {
            throw Refusal.invalid("type must be like host:disk or aws:ec2:instance");
        }
    }

    /** Ends the reading; has no stack. */
    private static final class PageFull extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PageFull() {
            super("the page is full", null, false, false);
        }
    }

    /** From where a page goes on. */
    private record Mark(ScanId scan, ResourceKey last) {

        private static final int PARTS = 6;

        static Mark read(String text) throws Refusal {
            try {
                String plain =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                String[] parts = plain.split("\n", PARTS);
                if (parts.length == PARTS) {
                    return new Mark(
                            new ScanId(parts[0]),
                            new ResourceKey(
                                    new CloudScope(parts[2], parts[3], parts[4]),
                                    new ResourceType(parts[1]),
                                    parts[5]));
                }
            } catch (IllegalArgumentException malformed) {
                // It is refused like one that is too short.
            }
            throw Refusal.invalid("after must be what next said in the page before");
        }

        String write() {
            String plain =
                    String.join(
                            "\n",
                            scan.value(),
                            last.type().value(),
                            last.scope().provider(),
                            last.scope().account(),
                            last.scope().region(),
                            last.id());
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Collects one page. */
    private static final class Page implements Consumer<CloudResource> {
        private final ScanId scan;
        private final Optional<String> provider;
        private final int limit;
        private final long room;
        private final ArrayNode resources = GuestJson.array();
        private long size;
        private boolean more;
        private @Nullable ResourceKey last;

        Page(ScanId scan, Optional<String> provider, int limit, long room) {
            this.scan = scan;
            this.provider = provider;
            this.limit = limit;
            this.room = room;
        }

        @Override
        public void accept(CloudResource resource) {
            if (Thread.currentThread().isInterrupted()) {
                throw new PageFull();
            }
            if (!provider.map(resource.key().scope().provider()::equals).orElse(true)) {
                return;
            }
            ObjectNode next = json(resource);
            size += GuestJson.bytes(next).length + 1L;
            if (resources.size() == limit || (size > room && !resources.isEmpty())) {
                more = true;
                throw new PageFull();
            }
            resources.add(next);
            last = resource.key();
        }

        ObjectNode response() {
            ObjectNode response = GuestJson.object().put("scan", scan.value());
            response.set("resources", resources);
            return response.put("next", more && last != null ? new Mark(scan, last).write() : null);
        }

        private static ObjectNode json(CloudResource resource) {
            ResourceKey key = resource.key();
            ObjectNode json =
                    GuestJson.object()
                            .put("provider", key.scope().provider())
                            .put("account", key.scope().account())
                            .put("region", key.scope().region())
                            .put("type", key.type().value())
                            .put("id", key.id())
                            .put("name", resource.name());
            ObjectNode tags = json.putObject("tags");
            new TreeMap<>(resource.tags()).forEach(tags::put);
            ObjectNode attributes = json.putObject("attributes");
            new TreeMap<>(resource.attributes()).forEach(attributes::put);
            return json;
        }
    }
}
