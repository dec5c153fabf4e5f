package io.sirsi.inventory.internal;

import io.sirsi.agent.AgentFailure;
import io.sirsi.cloud.CloudResource;
import io.sirsi.cloud.CloudScope;
import io.sirsi.cloud.CoverageGap;
import io.sirsi.cloud.Finding;
import io.sirsi.cloud.GapDiscovered;
import io.sirsi.cloud.Inventory;
import io.sirsi.cloud.ResourceKey;
import io.sirsi.cloud.ResourceQuery;
import io.sirsi.cloud.ResourceType;
import io.sirsi.cloud.ResourcesDiscovered;
import io.sirsi.cloud.Scan;
import io.sirsi.cloud.ScanId;
import io.sirsi.cloud.ScanSpec;
import io.sirsi.cloud.ScanState;
import io.sirsi.cloud.ScanSummary;
import io.sirsi.cloud.Severity;
import io.sirsi.event.EventBus;
import io.sirsi.event.SubscriberOptions;
import io.sirsi.event.Subscription;
import io.sirsi.failure.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps scans in an embedded SQL database. Every page is one committed transaction, and a page that
 * comes twice leaves what came once.
 */
@Component(service = Inventory.class, immediate = true, configurationPid = "io.sirsi.inventory")
@Designate(ocd = InventoryConfig.class)
public final class SqlInventory implements Inventory {

    private static final Logger log = LoggerFactory.getLogger(SqlInventory.class);
    private static final int PAGE = 1000;

    private static final String KEEP_RESOURCE =
            "MERGE INTO resource (scan, type, provider, account, region, id, name, tags,"
                    + " attributes) KEY (scan, type, provider, account, region, id)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ? FORMAT JSON, ? FORMAT JSON)";
    private static final String KEEP_FINDING =
            "MERGE INTO finding (scan, rule, type, provider, account, region, id, severity,"
                    + " sentence, evidence) KEY (scan, rule, type, provider, account, region, id)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ? FORMAT JSON)";
    private static final String KEEP_GAP =
            "MERGE INTO gap (scan, provider, account, region, type, code, sentence,"
                    + " retry_after_ms) KEY (scan, provider, account, region, type, code,"
                    + " sentence) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SCAN_COLUMNS =
            "id, owner, state, started_at, ended_at, providers, accounts, regions, types,"
                    + " timeout_ms, api_calls";

    private final Database database;
    private final int keepScans;
    private final List<Subscription> subscriptions;

    /**
     * Opens the database and begins to take events.
     *
     * @param bus where pages and gaps come from
     * @param config where the database is
     */
    @Activate
    public SqlInventory(@Reference EventBus bus, InventoryConfig config) {
        this(
                bus,
                withProperties(config.url()),
                within("keepScans", config.keepScans(), 1, 100_000),
                Duration.ofMillis(
                        within("operationTimeoutMs", config.operationTimeoutMs(), 100, 600_000)));
    }

    SqlInventory(EventBus bus, String url, int keepScans, Duration timeout) {
        this.keepScans = keepScans;
        this.database = Database.open(url, timeout);
        this.subscriptions =
                List.of(
                        bus.subscribe(
                                ResourcesDiscovered.class,
                                SubscriberOptions.sync("inventory-resources"),
                                page -> keep(page.scan(), page.resources())),
                        bus.subscribe(
                                GapDiscovered.class,
                                SubscriberOptions.sync("inventory-gaps"),
                                found -> gap(found.scan(), found.gap())));
    }

    /** Takes no more events, and closes the database. */
    @Deactivate
    public void stop() {
        subscriptions.forEach(Subscription::close);
        database.close();
    }

    @Override
    public void begin(Scan scan) {
        database.write(
                connection -> {
                    insert(connection, scan);
                    return true;
                });
        int deleted = database.write(this::deleteOld);
        if (deleted > 0) {
            log.info("deleted {} scans, the newest {} are kept", deleted, keepScans);
        }
    }

    @Override
    public void gap(ScanId scan, CoverageGap gap) {
        database.write(
                connection -> {
                    checkRunning(connection, scan);
                    try (PreparedStatement statement = connection.prepareStatement(KEEP_GAP)) {
                        CloudScope scope = gap.scope();
                        set(
                                statement,
                                scan.value(),
                                scope.provider(),
                                scope.account(),
                                scope.region(),
                                gap.type().map(ResourceType::value).orElse(""),
                                gap.failure().code().name(),
                                gap.failure().sentence(),
                                gap.failure().retryAfter().map(Duration::toMillis).orElse(null));
                        return statement.executeUpdate();
                    }
                });
    }

    @Override
    public void findings(ScanId scan, List<Finding> findings) {
        database.write(
                connection -> {
                    checkRunning(connection, scan);
                    try (PreparedStatement statement = connection.prepareStatement(KEEP_FINDING)) {
                        for (Finding finding : findings) {
                            ResourceKey key = finding.resource();
                            set(
                                    statement,
                                    scan.value(),
                                    finding.rule(),
                                    key.type().value(),
                                    key.scope().provider(),
                                    key.scope().account(),
                                    key.scope().region(),
                                    key.id(),
                                    finding.severity().name(),
                                    finding.sentence(),
                                    FlatJson.write(finding.evidence()));
                            statement.addBatch();
                        }
                        return statement.executeBatch().length;
                    }
                });
    }

    @Override
    public void end(Scan scan, long apiCalls) {
        if (scan.state() == ScanState.RUNNING || scan.span().endedAt().isEmpty()) {
            throw new IllegalArgumentException("not the end of a scan: " + scan);
        }
        database.write(
                connection -> {
                    try (PreparedStatement statement =
                            connection.prepareStatement(
                                    "UPDATE scan SET state = ?, ended_at = ?, api_calls = ?"
                                            + " WHERE id = ? AND state = 'RUNNING'")) {
                        set(
                                statement,
                                scan.state().name(),
                                utc(scan.span().endedAt().get()),
                                apiCalls,
                                scan.id().value());
                        statement.executeUpdate();
                    }
                    // Through the disk's cache as well: an ended scan outlives a power cut.
                    try (Statement statement = connection.createStatement()) {
                        connection.commit();
                        return statement.execute("CHECKPOINT SYNC");
                    }
                });
    }

    @Override
    public List<Scan> scans(int limit) {
        return database.read(
                connection ->
                        rows(
                                connection,
                                "SELECT "
                                        + SCAN_COLUMNS
                                        + " FROM scan ORDER BY started_at DESC, id DESC LIMIT ?",
                                SqlInventory::scanOf,
                                limit));
    }

    @Override
    public Optional<Scan> scan(ScanId scan) {
        return database.read(connection -> one(connection, scan).map(Counted::scan));
    }

    @Override
    public Optional<ScanSummary> summary(ScanId scan) {
        return database.read(
                connection -> {
                    connection.setAutoCommit(false);
                    connection.setTransactionIsolation(
                            Connection.TRANSACTION_REPEATABLE_READ); // all parts of one moment
                    Optional<Counted> found = one(connection, scan);
                    if (found.isEmpty()) {
                        return Optional.<ScanSummary>empty();
                    }
                    return Optional.of(
                            new ScanSummary(
                                    found.get().scan(),
                                    counts(connection, scan),
                                    severities(connection, scan),
                                    gaps(connection, scan),
                                    found.get().apiCalls()));
                });
    }

    /**
     * Reads page by page, each by the key where the last one ended, so that no transaction stays
     * open while the reader thinks, and to go on somewhere costs no more than to begin. A scan that
     * is still running may grow behind the reader.
     */
    @Override
    public void forEachResource(ResourceQuery query, Consumer<CloudResource> reader) {
        Optional<Group> group = query.after().map(Group::of);
        Optional<String> after = query.after().map(ResourceKey::id);
        if (group.isEmpty()) {
            group = database.read(connection -> Group.first(connection, query));
        }
        int left = query.limit();
        while (group.isPresent()) {
            Group now = group.get();
            boolean more = now.fits(query);
            while (more) {
                Optional<String> from = after;
                int size = Math.min(PAGE, left);
                List<CloudResource> page =
                        database.read(connection -> page(connection, query, now, from, size));
                page.forEach(reader);
                left -= page.size();
                if (left <= 0) {
                    return;
                }
                more = page.size() == PAGE;
                after = more ? Optional.of(page.get(PAGE - 1).key().id()) : after;
            }
            after = Optional.empty();
            group = database.read(connection -> Group.next(connection, query, now));
        }
    }

    @Override
    public List<Finding> findings(ScanId scan) {
        List<Finding> found =
                database.read(
                        connection ->
                                rows(
                                        connection,
                                        "SELECT rule, type, provider, account, region, id, severity,"
                                                + " sentence, evidence FROM finding WHERE scan = ? ORDER BY"
                                                + " rule, type, provider, account, region,"
                                                + " id",
                                        row ->
                                                new Finding(
                                                        row.getString(1),
                                                        Severity.valueOf(row.getString(7)),
                                                        new ResourceKey(
                                                                new CloudScope(
                                                                        row.getString(3),
                                                                        row.getString(4),
                                                                        row.getString(5)),
                                                                ResourceType.of(row.getString(2)),
                                                                row.getString(6)),
                                                        row.getString(8),
                                                        FlatJson.read(row.getString(9))),
                                        scan.value()));
        // By the order of the values, which no column knows; the sort keeps the order of equals.
        found.sort(Comparator.comparing(Finding::severity).reversed());
        return List.copyOf(found);
    }

    private void keep(ScanId scan, List<CloudResource> resources) {
        database.write(
                connection -> {
                    checkRunning(connection, scan);
                    try (PreparedStatement statement = connection.prepareStatement(KEEP_RESOURCE)) {
                        for (CloudResource resource : resources) {
                            ResourceKey key = resource.key();
                            set(
                                    statement,
                                    scan.value(),
                                    key.type().value(),
                                    key.scope().provider(),
                                    key.scope().account(),
                                    key.scope().region(),
                                    key.id(),
                                    resource.name(),
                                    FlatJson.write(resource.tags()),
                                    FlatJson.write(resource.attributes()));
                            statement.addBatch();
                        }
                        return statement.executeBatch().length;
                    }
                });
    }

    /** What an ended scan saw stays as it is: what comes too late is refused, not lost silently. */
    private static void checkRunning(Connection connection, ScanId id) throws SQLException {
        Scan scan =
                one(connection, id)
                        .map(Counted::scan)
                        .orElseThrow(
                                () -> RefusedException.notFound("there is no scan '" + id + "'"));
        if (scan.state() != ScanState.RUNNING) {
            throw RefusedException.conflict(
                    "the scan '" + id + "' has ended; what comes now is too late");
        }
    }

    private static void insert(Connection connection, Scan scan) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "INSERT INTO scan (id, owner, state, started_at, ended_at, providers,"
                                + " accounts, regions, types, timeout_ms) VALUES"
                                + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            ScanSpec spec = scan.spec();
            set(
                    statement,
                    scan.id().value(),
                    scan.owner(),
                    scan.state().name(),
                    utc(scan.span().startedAt()),
                    scan.span().endedAt().map(SqlInventory::utc).orElse(null),
                    sorted(spec.providers()),
                    sorted(spec.accounts()),
                    sorted(spec.regions()),
                    sorted(
                            spec.types().stream()
                                    .map(ResourceType::value)
                                    .collect(Collectors.toSet())),
                    spec.timeout().toMillis());
            statement.executeUpdate();
        }
    }

    private int deleteOld(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(
                        "DELETE FROM scan WHERE state <> 'RUNNING' AND id NOT IN (SELECT id FROM"
                                + " scan ORDER BY started_at DESC, id DESC LIMIT ?)")) {
            statement.setInt(1, keepScans);
            return statement.executeUpdate();
        }
    }

    /** Resources of one type in one scope: what lies together in the order of reading. */
    private record Group(ResourceType type, CloudScope scope) {

        private static final List<String> COLUMNS =
                List.of("type", "provider", "account", "region");

        static Group of(ResourceKey key) {
            return new Group(key.type(), key.scope());
        }

        boolean fits(ResourceQuery query) {
            return query.type().map(type::equals).orElse(true)
                    && query.region().map(scope.region()::equals).orElse(true);
        }

        /** {@return the first group of the type that is asked for, or of all} */
        static Optional<Group> first(Connection connection, ResourceQuery query)
                throws SQLException {
            return query.type().isPresent()
                    ? one(connection, query.scan(), " AND type = ?", query.type().get().value())
                    : one(connection, query.scan(), "");
        }

        /**
         * {@return the group behind one: the next region of its account, else the next account, and
         * so on; each is one look into the key's index}
         */
        static Optional<Group> next(Connection connection, ResourceQuery query, Group group)
                throws SQLException {
            List<String> values =
                    List.of(
                            group.type().value(),
                            group.scope().provider(),
                            group.scope().account(),
                            group.scope().region());
            if (query.type().isPresent() && !query.type().get().equals(group.type())) {
                return query.type().get().compareTo(group.type()) > 0
                        ? first(connection, query)
                        : Optional.empty();
            }
            Optional<Group> next = Optional.empty();
            int least = query.type().isPresent() ? 1 : 0;
            for (int same = COLUMNS.size() - 1; same >= least && next.isEmpty(); same--) {
                StringBuilder behind = new StringBuilder();
                COLUMNS.subList(0, same)
                        .forEach(column -> behind.append(" AND ").append(column).append(" = ?"));
                behind.append(" AND ").append(COLUMNS.get(same)).append(" > ?");
                next =
                        one(
                                connection,
                                query.scan(),
                                behind.toString(),
                                values.subList(0, same + 1).toArray(String[]::new));
            }
            return next;
        }

        private static Optional<Group> one(
                Connection connection, ScanId scan, String condition, String... values)
                throws SQLException {
            List<String> parameters = new ArrayList<>();
            parameters.add(scan.value());
            parameters.addAll(List.of(values));
            return rows(
                            connection,
                            "SELECT type, provider, account, region FROM resource WHERE scan = ?"
                                    + condition
                                    + " ORDER BY scan, type, provider, account, region, id LIMIT 1",
                            row ->
                                    new Group(
                                            ResourceType.of(row.getString(1)),
                                            new CloudScope(
                                                    row.getString(2),
                                                    row.getString(3),
                                                    row.getString(4))),
                            parameters.toArray())
                    .stream()
                    .findFirst();
        }
    }

    private record Counted(Scan scan, long apiCalls) {}

    private static Optional<Counted> one(Connection connection, ScanId scan) throws SQLException {
        return rows(
                        connection,
                        "SELECT " + SCAN_COLUMNS + " FROM scan WHERE id = ?",
                        row -> new Counted(scanOf(row), row.getLong(11)),
                        scan.value())
                .stream()
                .findFirst();
    }

    private static List<ScanSummary.Count> counts(Connection connection, ScanId scan)
            throws SQLException {
        return rows(
                connection,
                "SELECT type, provider, account, region, COUNT(*) FROM resource WHERE scan = ?"
                        + " GROUP BY type, provider, account, region"
                        + " ORDER BY type, provider, account, region",
                row ->
                        new ScanSummary.Count(
                                ResourceType.of(row.getString(1)),
                                new CloudScope(
                                        row.getString(2), row.getString(3), row.getString(4)),
                                row.getLong(5)),
                scan.value());
    }

    private static Map<Severity, Long> severities(Connection connection, ScanId scan)
            throws SQLException {
        Map<Severity, Long> counts = new EnumMap<>(Severity.class);
        rows(
                        connection,
                        "SELECT severity, COUNT(*) FROM finding WHERE scan = ? GROUP BY severity",
                        row -> Map.entry(Severity.valueOf(row.getString(1)), row.getLong(2)),
                        scan.value())
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static List<CoverageGap> gaps(Connection connection, ScanId scan) throws SQLException {
        return rows(
                connection,
                "SELECT provider, account, region, type, code, sentence, retry_after_ms FROM gap"
                        + " WHERE scan = ? ORDER BY provider, account, region, type, code,"
                        + " sentence",
                row -> {
                    long retryAfter = row.getLong(7);
                    boolean named = !row.wasNull();
                    return new CoverageGap(
                            new CloudScope(row.getString(1), row.getString(2), row.getString(3)),
                            Optional.of(row.getString(4))
                                    .filter(type -> !type.isEmpty())
                                    .map(ResourceType::of),
                            new AgentFailure(
                                    AgentFailure.Code.valueOf(row.getString(5)),
                                    row.getString(6),
                                    named
                                            ? Optional.of(Duration.ofMillis(retryAfter))
                                            : Optional.empty()));
                },
                scan.value());
    }

    private static List<CloudResource> page(
            Connection connection,
            ResourceQuery query,
            Group group,
            Optional<String> after,
            int size)
            throws SQLException {
        CloudScope scope = group.scope();
        return rows(
                connection,
                "SELECT id, name, tags, attributes FROM resource WHERE scan = ? AND type = ? AND"
                        + " provider = ? AND account = ? AND region = ? AND id "
                        + (after.isPresent() ? ">" : ">=")
                        // The whole key, or H2 reads and sorts all that is left, for each page
                        // anew.
                        + " ? ORDER BY scan, type, provider, account, region, id LIMIT ?",
                row ->
                        new CloudResource(
                                new ResourceKey(scope, group.type(), row.getString(1)),
                                row.getString(2),
                                FlatJson.read(row.getString(3)),
                                FlatJson.read(row.getString(4))),
                query.scan().value(),
                group.type().value(),
                scope.provider(),
                scope.account(),
                scope.region(),
                after.orElse(""),
                size);
    }

    private static Scan scanOf(ResultSet row) throws SQLException {
        return new Scan(
                new ScanId(row.getString(1)),
                row.getString(2),
                new ScanSpec(
                        strings(row, 6),
                        strings(row, 7),
                        strings(row, 8),
                        strings(row, 9).stream().map(ResourceType::of).collect(Collectors.toSet()),
                        Duration.ofMillis(row.getLong(10))),
                ScanState.valueOf(row.getString(3)),
                new Scan.Span(
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(row.getObject(5, OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)));
    }

    private static Set<String> strings(ResultSet row, int column) throws SQLException {
        return Arrays.stream((Object[]) row.getArray(column).getArray())
                .map(String.class::cast)
                .collect(Collectors.toSet());
    }

    private static Object sorted(Collection<String> values) {
        return values.stream().sorted().toArray(String[]::new);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Makes a value of one row. */
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private static <T> List<T> rows(
            Connection connection, String sql, RowReader<T> reader, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            set(statement, parameters);
            try (ResultSet row = statement.executeQuery()) {
                List<T> all = new ArrayList<>();
                while (row.next()) {
                    all.add(reader.read(row));
                }
                return all;
            }
        }
    }

    private static void set(PreparedStatement statement, @Nullable Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }

    /** Replaces ${name} by the system property of that name, for configurations and defaults. */
    static String withProperties(String text) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (true) {
            int start = text.indexOf("${", at);
            int end = start < 0 ? -1 : text.indexOf('}', start);
            if (end < 0) {
                return out.append(text.substring(at)).toString();
            }
            String name = text.substring(start + 2, end);
            String value = System.getProperty(name);
            if (value == null) {
                throw new IllegalArgumentException(
                        "the inventory's url names the system property '"
                                + name
                                + "', which is not set: "
                                + text);
            }
            out.append(text, at, start).append(value);
            at = end + 1;
        }
    }
}
