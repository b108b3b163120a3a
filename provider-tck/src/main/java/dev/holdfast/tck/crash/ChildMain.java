// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.words.Sample;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The main class of child JVMs. Hears url and options on standard input, does one {@link Task}, and
 * says on standard output what is done once it is done. Ends at once when its parent does.
 */
public final class ChildMain {

  /** What a child says first of all. */
  static final String BEGUN = "begun";

  private static final int ORPHANED = 3;
  private static final int FAILED = 4;
  private static final int MANY = 1_000;
  private static final Duration FLUSH_WITHIN = Duration.ofMinutes(1);

  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private ChildMain() {}

  /**
   * Does a task.
   *
   * @param arguments the task's name, then its arguments
   */
  public static void main(String[] arguments) {
    ChildMain child = new ChildMain();
    child.say(BEGUN);
    Thread.ofPlatform().daemon().start(child::listen);
    try {
      child.perform(Task.valueOf(arguments[0]), arguments);
    } catch (RuntimeException | InterruptedException e) {
      // Before the word that the parent waits for, so that it is there to be shown.
      e.printStackTrace();
      child.say("failed " + e);
      Runtime.getRuntime().halt(FAILED);
    }
  }

  private void listen() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      input.lines().forEach(heard::add);
    } catch (IOException | UncheckedIOException e) {
      say("failed to listen: " + e);
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  /** Says one whole line; lines of several threads never mix. */
  synchronized void say(String line) {
    output.println(line);
    output.flush();
  }

  private ProviderConfig config() throws InterruptedException {
    ProviderConfig.Builder config = ProviderConfig.url(heard.take());
    int options = Integer.parseInt(heard.take());
    for (int i = 0; i < options; i++) {
      config.option(heard.take(), heard.take());
    }
    return config.build();
  }

  private void perform(Task task, String[] arguments) throws InterruptedException {
    ProviderConfig config = config();
    if (task == Task.FACTORIES) {
      ServiceLoader.load(ProviderFactory.class).forEach(one -> say("factory " + one.id()));
      return;
    }
    if (task == Task.OPEN_EACH) {
      say("ready");
      while (heard.take().equals("next")) {
        openOne(config());
      }
      return;
    }
    if (task == Task.OPEN) {
      say("ready");
      heard.take();
    }
    try (Provider provider = Providers.open(config)) {
      switch (task) {
        case FACTORIES, OPEN_EACH -> throw new IllegalStateException("needs no store");
        case IDENTITY -> identity(provider.info());
        case OPEN -> {
          say("opened");
          heard.take();
        }
        case CREATE -> create(provider, arguments[1]);
        case ENQUEUE -> enqueue(provider);
        case HOLD -> hold(provider, Duration.ofNanos(Long.parseLong(arguments[1])));
        case HOLD_AND_ACK -> holdAndAck(provider, Duration.ofNanos(Long.parseLong(arguments[1])));
        case LEASE -> lease(provider, arguments[1], Duration.ofNanos(Long.parseLong(arguments[2])));
        case AUDIT -> audit(provider, Integer.parseInt(arguments[1]));
        case WORK -> {
          work(provider, arguments).work(Long.parseLong(arguments[3]));
          waitToBeKilled();
        }
        case CLAIM ->
            new ClaimWork(
                    provider,
                    this::say,
                    arguments[1],
                    Duration.ofNanos(Long.parseLong(arguments[2])))
                .work();
        case AHEAD ->
            new AheadWork(
                    provider,
                    this::say,
                    arguments[1],
                    Duration.ofNanos(Long.parseLong(arguments[2])))
                .work();
        case POST ->
            new PostWork(provider, this::say, heard.take(), heard.take()).work(arguments[1]);
        case CHANGE ->
            new ChangeWork(
                    provider,
                    this::say,
                    arguments[1],
                    Duration.ofNanos(Long.parseLong(arguments[2])))
                .work();
        case RUN -> {
          new RunWork(
                  provider, this::say, arguments[1], Duration.ofNanos(Long.parseLong(arguments[2])))
              .work(Long.parseLong(arguments[3]));
          waitToBeKilled();
        }
        case DELIVER ->
            new TriggerWork(provider, this::say)
                .deliver(
                    arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        case SUSPEND -> {
          new TriggerWork(provider, this::say).suspend(arguments[1]);
          waitToBeKilled();
        }
        case USE_INPUTS -> {
          new TriggerWork(provider, this::say).use(arguments[1]);
          waitToBeKilled();
        }
        case INBOX_HOLD -> {
          InboxWork work = inbox(provider, arguments);
          work.hold(arguments[1]);
          waitToBeKilled();
        }
        case INBOX -> inbox(provider, arguments).work(arguments[1]);
        case STREAM -> new StreamWork(provider, this::say).work(arguments[1]);
        case PROJECTION -> new ProjectionWork(provider, this::say).work();
        case PROJECTION_OF_CALLER ->
            new ProjectionWork(provider, this::say).workOnItsOwn(heard.take(), heard.take());
        case LOG -> {
          log(provider, arguments);
          waitToBeKilled();
        }
        case ARCHIVE -> new ArchiveWork(provider, this::say).work(Long.parseLong(arguments[1]));
        case READ_ALL -> new ReadWork(provider, this::say).readAll(arguments[1], arguments[2]);
        case DELETE -> delete(provider);
        case ANNOUNCE ->
            work(provider, arguments).announce(new Random(Long.parseLong(arguments[3])));
      }
    }
  }

  private void openOne(ProviderConfig config) throws InterruptedException {
    say("armed");
    heard.take();
    long begin = now();
    try (Provider provider = Providers.open(config)) {
      say("opened " + begin + " " + now() + " " + provider.info().id());
      heard.take();
    }
  }

  private static long now() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }

  private CrashWork work(Provider provider, String[] arguments) {
    return new CrashWork(
        provider, this::say, arguments[1], Duration.ofNanos(Long.parseLong(arguments[2])));
  }

  private void identity(ProviderInfo info) {
    say("identity " + info.id() + " " + info.version());
  }

  private void create(Provider provider, String instanceId) throws InterruptedException {
    provider.enqueue(Sample.start(instanceId, Sample.NAME, Sample.VERSION));
    OrchestrationItem item =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1))).get(0);
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(item.lockToken(), 1)
            .historyDelta(Sample.events(1, 1))
            .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
            .build());
    say("created " + ProcessHandle.current().pid());
    waitToBeKilled();
  }

  private void delete(Provider provider) {
    InstanceDeletion deletion = provider.capability(InstanceDeletion.class).orElseThrow();
    while (true) {
      deletion.deleteBulk(BulkFilter.all().withLimit(2));
      say("deleted");
    }
  }

  private void enqueue(Provider provider) throws InterruptedException {
    say("ready");
    while (true) {
      String instanceId = heard.take();
      provider.enqueue(Sample.start(instanceId, Sample.NAME, Sample.VERSION));
      say("enqueued " + instanceId);
    }
  }

  private void hold(Provider provider, Duration lockFor) throws InterruptedException {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(MANY, lockFor));
    List<ActivityItem> activities = provider.fetchActivityItems(ActivityFetch.of(MANY, lockFor));
    items.forEach(item -> say("instance " + item.lockToken() + " " + item.fetchedAt()));
    activities.forEach(item -> say("activity " + item.lockToken()));
    say("held");
    waitToBeKilled();
  }

  private void holdAndAck(Provider provider, Duration lockFor) throws InterruptedException {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(MANY, lockFor));
    List<ActivityItem> activities = provider.fetchActivityItems(ActivityFetch.of(MANY, lockFor));
    say("held " + items.size() + " " + activities.size());
    heard.take();
    StringBuilder answers = new StringBuilder("acked");
    for (OrchestrationItem item : items) {
      OrchestrationAck ack = OrchestrationAck.builder(item.lockToken(), item.executionId()).build();
      answers.append(' ').append(word(provider.ackOrchestrationItem(ack)));
    }
    for (ActivityItem activity : activities) {
      ActivityAck ack = ActivityAck.of(activity.lockToken(), null);
      answers.append(' ').append(word(provider.ackActivityItem(ack)));
    }
    say(answers.toString());
  }

  private void lease(Provider provider, String name, Duration leaseFor)
      throws InterruptedException {
    LeaseAnswer answer =
        provider.capability(Leases.class).orElseThrow().acquire(name, "child", leaseFor);
    if (answer instanceof LeaseAnswer.Acquired acquired) {
      say("leased " + acquired.token().epoch());
    }
    waitToBeKilled();
  }

  private void audit(Provider provider, int more) throws InterruptedException {
    AuditLog audit = provider.capability(AuditLog.class).orElseThrow();
    say("ready");
    heard.take();
    int taken = 0;
    while (taken < more && audit.offer(entry(taken))) {
      taken++;
    }
    for (int n = 1; n < more; n++) {
      audit.offer(entry(taken + n));
    }
    say("full " + taken);
    heard.take();
    say("flushed " + audit.flush(FLUSH_WITHIN));
  }

  private static AuditEntry entry(int number) {
    return new AuditEntry(
        "child", "entry", "step " + number, Instant.now(), Payload.utf8("" + number));
  }

  private void log(Provider provider, String[] arguments) {
    Duration lockFor = Duration.ofNanos(Long.parseLong(arguments[2]));
    List<String> readers = List.of(arguments).subList(5, arguments.length);
    new LogWork(provider, this::say, arguments[1], lockFor)
        .work(Integer.parseInt(arguments[3]), Long.parseLong(arguments[4]), readers);
  }

  private InboxWork inbox(Provider provider, String[] arguments) {
    return new InboxWork(provider, this::say, Duration.ofNanos(Long.parseLong(arguments[2])));
  }

  private static String word(AckResult result) {
    return result.getClass().getSimpleName();
  }

  private void waitToBeKilled() throws InterruptedException {
    while (true) {
      heard.take();
    }
  }
}
