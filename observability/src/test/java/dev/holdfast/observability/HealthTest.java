// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.observability.Finding.Kind;
import dev.holdfast.observability.Finding.Severity;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.WorkerVitals;
import dev.holdfast.worker.WorkerVitals.Doing;
import dev.holdfast.worker.WorkerVitals.Loop;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whether a process can work, and what is said where it cannot. */
class HealthTest extends OnSqlite {

  private static final Orchestration<String, String> NOTHING =
      Orchestration.named("nothing", String.class, String.class, (ctx, input) -> input);

  private static final Loop GOOD =
      new Loop("holdfast-fetch-turns", true, Doing.FETCHING, Duration.ofSeconds(3));

  private StoreWatch watch() {
    return StoreWatch.of(provider).every(Duration.ZERO, Duration.ZERO);
  }

  private static WorkerVitals vitals(Loop... loops) {
    return new WorkerVitals(false, List.of(loops), Map.of(), 0, 0);
  }

  private HealthReport of(WorkerVitals vitals) {
    return Health.builder(watch()).worker(() -> vitals).build().check();
  }

  private static List<Kind> kinds(HealthReport report) {
    return report.findings().stream().map(Finding::kind).toList();
  }

  @Test
  void aWorkerThatWorksIsReady() {
    Holdfast worker = work(b -> b.orchestration(NOTHING));

    HealthReport report = Health.of(worker).check();

    assertThat(report).isEqualTo(new HealthReport(true, true, List.of()));
    assertThat(worker.vitals().loops())
        .singleElement()
        .satisfies(loop -> assertThat(loop.isAlive()).isTrue());
  }

  @Test
  void aClosedWorkerIsNotReady() {
    Holdfast worker = work(b -> b.orchestration(NOTHING));
    worker.close();

    HealthReport report = Health.builder(watch()).worker(worker::vitals).build().check();

    assertThat(report.ready()).isFalse();
    assertThat(report.live()).isTrue();
    assertThat(kinds(report)).containsExactly(Kind.WORKER_CLOSED);
  }

  @Test
  void aThreadThatHasEndedIsWorthARestart() {
    HealthReport report =
        of(vitals(GOOD, new Loop("holdfast-fetch-activities", false, Doing.FETCHING, LONG)));

    assertThat(report.live()).isFalse();
    assertThat(report.ready()).isFalse();
    assertThat(kinds(report)).containsExactly(Kind.LOOP_ENDED);
    assertThat(report.findings().getFirst().text()).contains("holdfast-fetch-activities");
  }

  @Test
  void aFetchThatNeverComesBackIsToo() {
    Duration hour = Duration.ofHours(1);

    assertThat(kinds(of(vitals(new Loop("f", true, Doing.FETCHING, hour)))))
        .containsExactly(Kind.LOOP_HANGS);
    assertThat(kinds(of(vitals(new Loop("f", true, Doing.WAITING_FOR_ROOM, hour)))))
        .as("all slots are busy, which is what they are for")
        .isEmpty();
  }

  @Test
  void callsThatFailMakeItNotReadyButNotDead() {
    HealthReport report =
        of(
            new WorkerVitals(
                false, List.of(GOOD), Map.of(StoreCall.ACK_TURN, Duration.ofSeconds(40)), 1, 0));

    assertThat(report.live()).isTrue();
    assertThat(report.ready()).isFalse();
    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Kind.STORE_CALLS_FAIL);
          assertThat(finding.text()).isEqualTo("storing what turns did has failed for 40 s");
        });
  }

  @Test
  void aStoreThatDoesNotAnswerIsSaid() {
    StoreWatch away =
        StoreWatch.of(
            new StoreWatch.Features() {
              @Override
              public <C extends Capability> Optional<C> find(Class<C> type) {
                return type == InstanceAdmin.class
                    ? Optional.of(type.cast(failing()))
                    : Optional.empty();
              }
            });

    HealthReport report = Health.builder(away).worker(() -> vitals(GOOD)).build().check();

    assertThat(report.live()).isTrue();
    assertThat(report.ready()).isFalse();
    assertThat(kinds(report)).containsExactly(Kind.STORE_UNREACHABLE);
    assertThat(report.findings().getFirst().text()).contains("the cable is cut");
    assertThat(report.findings()).allSatisfy(one -> assertThat(one.whatToDo()).isNotBlank());
  }

  private static InstanceAdmin failing() {
    return (InstanceAdmin)
        Proxy.newProxyInstance(
            InstanceAdmin.class.getClassLoader(),
            new Class<?>[] {InstanceAdmin.class},
            (proxy, method, arguments) -> {
              throw new ProviderError.StoreUnavailable(method.getName(), "the cable is cut", null);
            });
  }

  @Test
  void workThatNobodyTakesIsAWarning() {
    closing(HoldfastClient.on(provider, DataConverter.jackson())).start(NOTHING, "n", "x");
    Health health = Health.builder(watch()).build();
    assertThat(health.check().findings()).isEmpty();

    clock.advance(Duration.ofMinutes(6));

    HealthReport report = health.check();
    assertThat(kinds(report)).contains(Kind.OLD_READY_WORK);
    assertThat(report.ready()).as("other processes are not better off without it").isTrue();
    assertThat(report.findings())
        .allSatisfy(one -> assertThat(one.severity()).isEqualTo(Severity.WARNING));
  }

  @Test
  void clocksThatDifferAreAWarning() {
    Health health = Health.builder(watch()).build();
    assertThat(kinds(health.check())).isEmpty();

    clock.advance(Duration.ofSeconds(30));

    assertThat(health.check().findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Kind.CLOCK_DIFFERENCE);
          assertThat(finding.text()).contains("behind that of the store");
        });
  }

  @Test
  void aProjectionThatIsBehindIsAWarning() {
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    provider.capability(Projections.class).orElseThrow().create("sums", 0, 1, LogPosition.START);
    streams.append(
        AppendEvents.of(
            new StreamId("orders", "1"),
            Expected.any(),
            NewEvent.of("placed", Payload.utf8("{}"))));
    Health health =
        Health.builder(watch())
            .limits(
                new Health.Limits(
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    Duration.ofDays(1),
                    Duration.ofMinutes(2)))
            .build();
    assertThat(health.check().findings()).isEmpty();

    clock.advance(Duration.ofMinutes(6));

    assertThat(kinds(health.check())).containsExactly(Kind.PROJECTION_LAG);
  }
}
