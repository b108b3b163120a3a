// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.parallel.Isolated;

/** What a page costs: ratios within one run, no times. */
@RuleFamily("ADMIN")
@Isolated("times are compared")
final class AdminCostRules {

  private static final int INSTANCES = 3_000;
  private static final int AT_ONCE = 500;
  private static final int ROWS = 20;
  private static final int EVENTS = 400;
  private static final int WARM_UP = 20;
  private static final int SAMPLES = 60;
  private static final double MOST_GROWTH = 4;

  /**
   * A page costs the same wherever it is, and whatever histories its instances have.
   *
   * <p><b>Shape:</b> 3,000 instances, many of one moment; the first page and one near the end; then
   * long histories for the instances of the first page.
   */
  @Rule("ADMIN-32")
  void aPageCostsTheSameEverywhere(StoreUnderTest store) {
    InstanceAdmin admin = store.admin();
    fill(store.first());
    InstanceQuery first = InstanceQuery.firstPage(InstanceFilter.all(), ROWS);
    InstanceQuery last = lastPage(admin, first);
    long before = cost(admin, first);
    expectSame("A page costs more where more lies before it.", before, cost(admin, last));
    lengthen(store.first(), admin.list(first));
    expectSame("A page costs more when histories are long.", before, cost(admin, first));
  }

  private static void expectSame(String what, long before, long after) {
    Expect.that(
        what,
        "at most %.1f times as much".formatted(MOST_GROWTH),
        "%.1f times as much: %,d ns after %,d ns".formatted((double) after / before, after, before),
        after <= before * MOST_GROWTH);
  }

  private static void fill(Handle handle) {
    for (int from = 0; from < INSTANCES; from += AT_ONCE) {
      int offset = from;
      handle
          .provider()
          .enqueueAll(
              IntStream.range(0, AT_ONCE)
                  .mapToObj(n -> Sample.start("order-" + (offset + n), Sample.NAME, null))
                  .toList());
      List<OrchestrationAck> acks = new ArrayList<>();
      for (OrchestrationItem item : handle.fetch(AT_ONCE)) {
        acks.add(handle.turn(item).name(Sample.NAME).event(1).build());
      }
      Expect.equal("Starts were not delivered.", AT_ONCE, acks.size());
      handle.provider().ackOrchestrationItems(acks).forEach(Expect::applied);
    }
  }

  /** The last page but one: it is full, and so costs as much as the first. */
  private static InstanceQuery lastPage(InstanceAdmin admin, InstanceQuery first) {
    InstanceQuery query = first;
    for (int page = 2; page < INSTANCES / ROWS; page++) {
      String token = admin.list(query).nextPageToken();
      if (token == null) {
        throw Expect.violation("Paging ends too early.", "a page token", "none");
      }
      query = first.from(token);
    }
    return query;
  }

  private static void lengthen(Handle handle, InstancePage page) {
    handle
        .provider()
        .enqueueAll(
            page.rows().stream()
                .<OrchestratorMessage>map(row -> Sample.message(row.instanceId(), "longer"))
                .toList());
    for (OrchestrationItem item : handle.fetch(ROWS)) {
      handle.turn(item).events(2, EVENTS).apply();
    }
  }

  /** The time of a usual page: a low quantile, which a busy machine disturbs little. */
  private static long cost(InstanceAdmin admin, InstanceQuery query) {
    List<Long> samples = new ArrayList<>();
    for (int i = 0; i < WARM_UP + SAMPLES; i++) {
      long start = System.nanoTime();
      admin.list(query);
      if (i >= WARM_UP) {
        samples.add(System.nanoTime() - start);
      }
    }
    return samples.stream().sorted().toList().get(SAMPLES / 4);
  }
}
