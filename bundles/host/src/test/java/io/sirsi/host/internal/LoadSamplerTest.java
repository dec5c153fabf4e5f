package io.sirsi.host.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import oshi.SystemInfo;

final class LoadSamplerTest {

    private final List<Long> pauses = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LoadSampler sampler =
            new LoadSampler(new SystemInfo(), 70, pauses::add, nanos::get);

    @Test
    void whoever_asks_within_a_second_gets_the_same_sample() throws InterruptedException {
        LoadSample first = sampler.sample();
        nanos.addAndGet(1_000_000_000L);

        assertThat(sampler.sample()).isSameAs(first);
        assertThat(pauses).containsExactly(70L);
        assertThat(first.processes())
                .extracting(busy -> busy.process().getProcessID())
                .contains((int) ProcessHandle.current().pid());

        nanos.addAndGet(1);
        assertThat(sampler.sample()).isNotSameAs(first);
        assertThat(pauses).containsExactly(70L, 70L);
    }

    @Test
    void an_interrupt_ends_the_wait_and_the_next_one_looks_again() throws InterruptedException {
        List<Long> calls = new ArrayList<>();
        LoadSampler impatient =
                new LoadSampler(
                        new SystemInfo(),
                        70,
                        millis -> {
                            calls.add(millis);
                            if (calls.size() == 1) {
                                throw new InterruptedException();
                            }
                        },
                        nanos::get);

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(impatient::sample);
        assertThat(impatient.sample().processes()).isNotEmpty();
    }

    @Test
    void use_is_what_was_neither_idle_nor_waiting() {
        long[] before = {100, 0, 50, 1000, 10, 0, 0, 0};
        long[] after = {130, 0, 60, 1050, 20, 0, 0, 0};

        assertThat(LoadSampler.usedPercent(before, after)).isEqualTo(40.0);
        assertThat(LoadSampler.usedPercent(before, before)).isNegative();
    }
}
