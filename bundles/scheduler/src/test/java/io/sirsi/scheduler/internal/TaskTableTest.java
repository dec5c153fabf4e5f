package io.sirsi.scheduler.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sirsi.task.Payload;
import io.sirsi.task.TaskId;
import io.sirsi.task.TaskSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskTableTest {

    private static final TaskKind KIND = kind();

    private final TaskTable table = new TaskTable();
    private final Map<TaskId, TaskEntry> map = new HashMap<>();
    private final List<TaskEntry> there = new ArrayList<>();

    private static TaskKind kind() {
        Matching matching = new Matching(new Ageing(1), Limits.parse(List.of()));
        return matching.kind(matching.session(Bench.SESSION), TaskSpec.of("work"));
    }

    private TaskEntry put(long high, long low) {
        TaskEntry entry = new TaskEntry(high, low, KIND, Payload.NONE, 0);
        table.put(entry);
        map.put(entry.id(), entry);
        there.add(entry);
        return entry;
    }

    private void removeAt(int place) {
        Collections.swap(there, place, there.size() - 1);
        TaskEntry entry = there.remove(there.size() - 1);
        map.remove(entry.id());
        assertThat(table.remove(entry)).isTrue();
        assertThat(table.remove(entry)).isFalse();
        assertThat(table.get(entry.id())).isNull();
    }

    private void holdsTheSame() {
        assertThat(table.size()).isEqualTo(map.size());
        for (Map.Entry<TaskId, TaskEntry> one : map.entrySet()) {
            assertThat(table.get(one.getKey())).isSameAs(one.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behaves_as_a_map_does_with_any_ids(long seed) {
        Random random = new Random(seed);
        PagedIds paged = new PagedIds(new SeededIds(random));
        PagedIds others = new PagedIds(new SeededIds(random));
        for (int round = 0; round < 20; round++) {
            boolean grows = round % 2 == 0;
            for (int step = 0; step < 1_000; step++) {
                if (there.isEmpty() || random.nextInt(10) < (grows ? 8 : 2)) {
                    putSome(random, random.nextInt(3) == 0 ? others : paged);
                } else {
                    removeAt(random.nextInt(there.size()));
                }
                TaskId stranger = TaskId.of(random.nextLong(8), random.nextLong(1_000));
                assertThat(table.get(stranger)).isSameAs(map.get(stranger));
            }
            holdsTheSame();
        }
        while (!there.isEmpty()) {
            removeAt(random.nextInt(there.size()));
        }
        holdsTheSame();
    }

    private void putSome(Random random, PagedIds paged) {
        long high = random.nextLong();
        long low = random.nextLong();
        switch (random.nextInt(4)) {
            case 0 -> high = random.nextLong(8); // Many pages with the same upper half.
            case 1 -> {
                high = random.nextLong(8);
                low = random.nextLong(1_000);
            }
            case 2 -> {
                paged.next();
                high = paged.high();
                low = paged.low();
            }
            default -> table.reserve(random.nextInt(1_000));
        }
        if (!map.containsKey(TaskId.of(high, low))) {
            put(high, low);
        }
    }

    @Test
    void two_pages_with_the_same_upper_half_hold_what_would_have_one_place() {
        TaskEntry first = put(5, 3);
        TaskEntry second = put(5, 64 + 3);
        TaskEntry third = put(5, 128 + 3);
        holdsTheSame();
        assertThat(first.page).isNotSameAs(second.page);
        assertThat(table.get(5, 192 + 3)).isNull();
        removeAt(there.indexOf(second));
        holdsTheSame();
        removeAt(there.indexOf(first));
        holdsTheSame();
        assertThat(table.get(5, 128 + 3)).isSameAs(third);
        put(5, 3);
        holdsTheSame();
    }

    @Test
    void one_that_leaves_the_page_that_is_being_filled_makes_room_for_the_next() {
        for (int i = 0; i < 10_000; i++) {
            put(9, i);
            removeAt(0);
        }
        assertThat(table.size()).isZero();
        put(9, 0);
        holdsTheSame();
    }

    @Test
    void what_is_not_there_cannot_be_removed() {
        TaskEntry stranger = new TaskEntry(1, 1, KIND, Payload.NONE, 0);
        put(1, 1);
        assertThat(table.remove(stranger)).isFalse();
        holdsTheSame();
    }
}
