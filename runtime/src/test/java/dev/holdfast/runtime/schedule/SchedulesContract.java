// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.retention.Retention;
import dev.holdfast.runtime.retention.RetentionPolicy;
import dev.holdfast.runtime.retention.RetentionReport;
import dev.holdfast.runtime.schedule.ScheduleRun.State;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules on a real store with its own clock. */
@Timeout(180)
abstract class SchedulesContract {

  /** What a run is for. */
  record Job(String title, int pages) {}

  static final Orchestration<Job, String> REPORT =
      Orchestration.named(
          "report",
          Job.class,
          String.class,
          (ctx, job) -> {
            if (job.title().equals("broken")) {
              throw new IllegalStateException("no paper");
            }
            if (job.title().equals("waits")) {
              ctx.event("go", String.class).await();
            }
            return job.title() + " " + ctx.scheduledTime().map(Instant::toString).orElse("now");
          });

  static final Duration LONG = Duration.ofSeconds(120);
  private static final Schedule YEARLY = Schedule.cron("@yearly");
  private static final Schedule EACH_SECOND = Schedule.every(Duration.ofSeconds(1));

  Provider provider;
  String url;

  abstract void close() throws Exception;

  @AfterEach
  void closeStore() throws Exception {
    close();
  }

  private Holdfast work() {
    return work(DataConverter.jackson());
  }

  private Holdfast work(DataConverter converter) {
    return Holdfast.builder(provider)
        .closeOnShutdown(false)
        .closeGrace(Duration.ZERO)
        .dataConverter(converter)
        .orchestration(REPORT)
        .start();
  }

  /** Waits until a schedule is as it shall be, which nothing signals. */
  private static ScheduleDescription await(
      Schedules schedules, String id, Predicate<ScheduleDescription> condition)
      throws InterruptedException {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (true) {
      ScheduleDescription found = schedules.describe(id);
      if (condition.test(found)) {
        return found;
      }
      assertThat(System.nanoTime()).as("waited too long: %s", found).isLessThan(deadline);
      assertThat(never.tryAcquire(10, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private static Predicate<ScheduleDescription> has(State state, int count) {
    return found -> found.runs().stream().filter(run -> run.state() == state).count() >= count;
  }

  private static Predicate<ScheduleDescription> is(ScheduleDescription.State state) {
    return found -> found.state() == state;
  }

  @Test
  void aTriggeredRunIsAnInstanceLikeAnyOther() throws Exception {
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      Schedules schedules = client.schedules();
      schedules.create("monthly", YEARLY, REPORT, new Job("sales", 3));
      String run = schedules.trigger("monthly");
      assertThat(client.await(REPORT, run, LONG)).isEqualTo("sales now");
      ScheduleDescription found = await(schedules, "monthly", has(State.COMPLETED, 1));
      assertThat(found.state()).isEqualTo(ScheduleDescription.State.ACTIVE);
      assertThat(found.schedule()).isEqualTo(YEARLY);
      assertThat(found.orchestration()).isEqualTo("report");
      assertThat(Objects.requireNonNull(found.input()).decode(Job.class))
          .isEqualTo(new Job("sales", 3));
      assertThat(found.nextRuns()).hasSize(10);
      assertThat(found.runs())
          .singleElement()
          .satisfies(one -> assertThat(one.instanceId()).isEqualTo(run));
    }
  }

  @Test
  void runsAreStartedWhenTheyAreDueAndLearnWhen() throws Exception {
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      client
          .schedules()
          .create("often", EACH_SECOND.overlap(Overlap.ALLOW), REPORT, new Job("sales", 3));
      ScheduleDescription found = await(client.schedules(), "often", has(State.COMPLETED, 2));
      for (ScheduleRun run : found.runs()) {
        Instant due = Objects.requireNonNull(run.dueAt());
        assertThat(run.instanceId()).isEqualTo("often@" + due);
        assertThat(run.startedAt()).isAfterOrEqualTo(due);
        assertThat(client.await(REPORT, run.instanceId(), LONG)).isEqualTo("sales " + due);
      }
    }
  }

  @Test
  void howRunsEndIsKnown() throws Exception {
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      Schedules schedules = client.schedules();
      schedules.create("broken", YEARLY, REPORT, new Job("broken", 1));
      String failed = schedules.trigger("broken");
      assertThat(await(schedules, "broken", has(State.FAILED, 1)).runs())
          .singleElement()
          .satisfies(run -> {
            assertThat(run.instanceId()).isEqualTo(failed);
            assertThat(run.failure()).contains("no paper");
            assertThat(run.endedAt()).isNotNull();
          });
      schedules.create("waits", YEARLY, REPORT, new Job("waits", 1));
      String cancelled = schedules.trigger("waits");
      // one that is not there yet cannot be asked to cancel
      await(schedules, "waits", found -> client.status(cancelled).state() == InstanceState.RUNNING);
      client.cancel(cancelled, "enough");
      assertThat(await(schedules, "waits", has(State.CANCELLED, 1)).runs())
          .singleElement()
          .satisfies(run -> assertThat(run.failure()).contains("enough"));
      // the one that has it as its child passes on what it is asked
      String other = schedules.trigger("waits");
      await(schedules, "waits", found -> client.status(other).state() == InstanceState.RUNNING);
      client.cancel("holdfast.schedule-run:" + other, "enough");
      await(schedules, "waits", has(State.CANCELLED, 2));
      assertThat(client.status(other).state()).isEqualTo(InstanceState.CANCELLED);
    }
  }

  @Test
  void runsWaitForEachOther() throws Exception {
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      Schedules schedules = client.schedules();
      schedules.create("waits", YEARLY, REPORT, new Job("waits", 1));
      String first = schedules.trigger("waits");
      String second = schedules.trigger("waits");
      await(schedules, "waits", has(State.RUNNING, 1).and(has(State.QUEUED, 1)));
      assertThat(client.status(second).state()).isEqualTo(InstanceState.NOT_FOUND);
      client.raise(first, "go", "");
      client.raise(second, "go", "", RaiseOptions.defaults().waitingForStart());
      assertThat(client.await(REPORT, second, LONG)).isEqualTo("waits now");
      await(schedules, "waits", has(State.COMPLETED, 2));
      // one that is deleted by force tells nobody
      String third = schedules.trigger("waits");
      String fourth = schedules.trigger("waits");
      await(schedules, "waits", has(State.RUNNING, 1).and(has(State.QUEUED, 1)));
      client.deletion().delete(List.of("holdfast.schedule-run:" + third), true);
      schedules.forget("waits", third);
      client.raise(fourth, "go", "", RaiseOptions.defaults().waitingForStart());
      assertThat(client.await(REPORT, fourth, LONG)).isEqualTo("waits now");
    }
  }

  @Test
  void schedulesArePausedChangedListedAndDeleted() throws Exception {
    try (Holdfast holdfast = work()) {
      Schedules schedules = holdfast.client().schedules();
      schedules.create("b", YEARLY, REPORT, new Job("sales", 3));
      assertThatThrownBy(() -> schedules.create("b", YEARLY, REPORT, new Job("sales", 3)))
          .isInstanceOf(ScheduleExistsException.class)
          .hasMessageContaining("\"b\"");
      schedules.createOrChange("a", YEARLY, REPORT, new Job("tax", 1));
      await(schedules, "a", is(ScheduleDescription.State.ACTIVE));
      await(schedules, "b", is(ScheduleDescription.State.ACTIVE));
      assertThat(schedules.list()).extracting(ScheduleDescription::id).containsExactly("a", "b");

      schedules.pause("a", "holiday");
      ScheduleDescription paused = await(schedules, "a", is(ScheduleDescription.State.PAUSED));
      assertThat(paused.note()).isEqualTo("holiday");
      assertThat(paused.nextRuns()).isEmpty();
      schedules.resume("a", "");
      ScheduleDescription resumed = await(schedules, "a", is(ScheduleDescription.State.ACTIVE));
      assertThat(resumed.note()).isNull();
      assertThat(resumed.nextRuns()).hasSize(10);

      Schedule nightly = Schedule.cron("0 2 * * *").zone("Europe/Berlin").catchUp(CatchUp.all(5));
      schedules.createOrChange("a", nightly, REPORT, new Job("tax", 2));
      ScheduleDescription changed =
          await(schedules, "a", found -> nightly.equals(found.schedule()));
      assertThat(Objects.requireNonNull(changed.input()).decode(Job.class).pages()).isEqualTo(2);
      schedules.change("a", YEARLY);
      await(schedules, "a", found -> YEARLY.equals(found.schedule()));

      schedules.delete("b");
      assertThat(schedules.list()).extracting(ScheduleDescription::id).containsExactly("a");
      schedules.create("b", YEARLY, REPORT, new Job("other", 3));
      String run = schedules.trigger("b");
      assertThat(holdfast.client().await(REPORT, run, LONG)).isEqualTo("other now");
    }
  }

  /** The policy of the guide, with what it keeps made less. */
  @Test
  void aRetentionPolicyKeepsSchedulesSmall() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "guide", "schedules.md"));
    String policy = page.substring(page.indexOf("```json") + 7);
    policy =
        policy
            .substring(0, policy.indexOf("```"))
            .replace("\"keepLast\": 10", "\"keepLast\": 2")
            .replaceAll("\"after\": \"\\d+d\"", "\"after\": \"0s\"");
    try (Holdfast holdfast = work()) {
      Schedules schedules = holdfast.client().schedules();
      schedules.create("s", EACH_SECOND, REPORT, new Job("a", 1));
      await(schedules, "s", has(State.COMPLETED, 2));
      schedules.pause("s", "to be tidied");
      await(schedules, "s", is(ScheduleDescription.State.PAUSED));
      InstanceAdmin admin = holdfast.client().admin();
      assertThat(admin.executions("holdfast.schedule:s")).hasSizeGreaterThan(4);

      RetentionReport report = Retention.on(provider).run(RetentionPolicy.parse(policy));

      assertThat(report.executions().executions()).isPositive();
      assertThat(report.instances().instances()).isGreaterThanOrEqualTo(2);
      assertThat(admin.executions("holdfast.schedule:s")).hasSize(2);
      int before = schedules.describe("s").runs().size();
      assertThat(before).isGreaterThanOrEqualTo(2);
      schedules.resume("s", "tidy");
      await(schedules, "s", has(State.COMPLETED, before + 1));
    }
  }

  @Test
  void whatIsNoScheduleIsRefused() {
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      Schedules schedules = client.schedules();
      List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
          List.of(
              () -> schedules.describe("typo"),
              () -> schedules.pause("typo", ""),
              () -> schedules.resume("typo", ""),
              () -> schedules.trigger("typo"),
              () -> schedules.change("typo", YEARLY),
              () -> schedules.forget("typo", "typo@trigger-1"),
              () -> schedules.delete("typo"));
      for (var call : calls) {
        assertThatThrownBy(call)
            .isInstanceOf(NoSuchScheduleException.class)
            .hasMessageContaining("\"typo\"");
      }
      assertThat(schedules.list()).isEmpty();
      for (String id : List.of("", "a\nb", "x".repeat(181))) {
        assertThatThrownBy(() -> schedules.describe(id))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> client.start(REPORT, "holdfast.schedule:mine", new Job("sales", 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("schedules");
      assertThatThrownBy(
              () -> schedules.create("big", YEARLY, REPORT, new Job("x".repeat(200_000), 1)))
          .hasMessageContaining("the input of a schedule has 200");
    }
  }

  /** Commands that come before any worker does are done in their order. */
  @Test
  void aScheduleIsPendingUntilAWorkerComes() throws Exception {
    String run;
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      client.schedules().create("s", YEARLY, REPORT, new Job("sales", 3));
      assertThat(client.schedules().describe("s").state())
          .isEqualTo(ScheduleDescription.State.PENDING);
      client.schedules().pause("s", "not yet");
      run = client.schedules().trigger("s");
    }
    try (Holdfast holdfast = work()) {
      assertThat(holdfast.client().await(REPORT, run, LONG)).isEqualTo("sales now");
      assertThat(holdfast.client().schedules().describe("s").note()).isEqualTo("not yet");
    }
  }

  @Test
  void anInstanceThatWasCancelledMakesRoomForAnother() throws Exception {
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      client.schedules().create("s", YEARLY, REPORT, new Job("sales", 3));
      client.cancel("holdfast.schedule:s", "by mistake");
      assertThat(client.awaitStatus("holdfast.schedule:s", LONG).state())
          .isEqualTo(InstanceState.CANCELLED);
      ScheduleDescription found = client.schedules().describe("s");
      assertThat(found.state()).isEqualTo(ScheduleDescription.State.ENDED);
      assertThat(found.failure()).contains("by mistake");
      assertThatThrownBy(() -> client.schedules().trigger("s"))
          .isInstanceOf(NoSuchScheduleException.class);
      client.schedules().create("s", YEARLY, REPORT, new Job("sales", 3));
      assertThat(client.await(REPORT, client.schedules().trigger("s"), LONG))
          .isEqualTo("sales now");
    }
  }

  /** A converter that no program without it can read: schedules store what they need without it. */
  @Test
  void theConverterOfTheUserIsForValuesOfTheUser() throws Exception {
    DataConverter reversing =
        new DataConverter() {
          @Override
          public String encode(Object value) {
            String json = DataConverter.jackson().encode(value);
            return DataConverter.jackson().encode(new StringBuilder(json).reverse().toString());
          }

          @Override
          public Object decode(String json, Type type) {
            String text = (String) DataConverter.jackson().decode(json, String.class);
            return DataConverter.jackson()
                .decode(new StringBuilder(text).reverse().toString(), type);
          }
        };
    try (Holdfast holdfast = work(reversing)) {
      HoldfastClient client = holdfast.client();
      client.schedules().create("s", YEARLY, REPORT, new Job("sales", 3));
      assertThat(client.await(REPORT, client.schedules().trigger("s"), LONG))
          .isEqualTo("sales now");
      try (HoldfastClient other = HoldfastClient.on(provider, DataConverter.jackson())) {
        ScheduleDescription found = await(other.schedules(), "s", has(State.COMPLETED, 1));
        assertThat(found.schedule()).isEqualTo(YEARLY);
        assertThat(Objects.requireNonNull(found.input()).json()).contains("selas");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"before", "after"})
  void aProcessThatIsKilledWhenARunIsDueLosesNoneAndDoublesNone(String when) throws Exception {
    String lastWords;
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      Schedule schedule = EACH_SECOND.overlap(Overlap.ALLOW).catchUp(CatchUp.all(1000));
      client.schedules().create("often", schedule, REPORT, new Job("sales", 3));
      Process process = ScheduleProcess.launch(url, when);
      lastWords = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isEqualTo(ScheduleProcess.DIED);
    }
    try (Holdfast holdfast = work()) {
      HoldfastClient client = holdfast.client();
      await(client.schedules(), "often", has(State.COMPLETED, 2));
      client.schedules().pause("often", "enough");
      await(
          client.schedules(),
          "often",
          is(ScheduleDescription.State.PAUSED).and(has(State.RUNNING, 1).negate()));
      int mostRows = provider.info().limits().maxPageSize();
      InstanceFilter reports = InstanceFilter.builder().name(REPORT.name()).build();
      List<String> runs =
          client.admin().list(InstanceQuery.firstPage(reports, mostRows)).rows().stream()
              .map(InstanceSummary::instanceId)
              .sorted()
              .toList();
      assertThat(ScheduleProcess.PREFIX + runs.getFirst()).isEqualTo(lastWords);
      Instant due = ScheduledRun.of(runs.getFirst()).orElseThrow().dueAt();
      for (String run : runs) {
        assertThat(run).isEqualTo(ScheduledRun.instanceId("often", Objects.requireNonNull(due)));
        assertThat(client.await(REPORT, run, LONG)).isEqualTo("sales " + due);
        assertThat(client.admin().executions(run)).hasSize(1);
        due = due.plusSeconds(1);
      }
    }
  }
}
