// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountEvent.Deposited;
import dev.holdfast.streams.Counter.Added;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.workflow.Workflow;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What events mean: of workflows, under another rule, for one tenant. */
abstract class MeaningContract extends StoreContract {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @Test
  @Promise("ES-18")
  void aWorkflowIsTheMergeOfItsPayloadsInTheStateOfItsLastEvent() {
    Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> order =
        Workflow.named(id("workflow")).begins("draft").completeIn("delivered").build();
    Repository<WorkflowState, WorkflowEvent, WorkflowEvent> orders =
        closing(EventSourcing.on(provider)).repository(order);
    orders.execute(
        "1",
        WorkflowEvent.to(
            "submitted",
            "waiting",
            Map.of("total", JSON.numberNode(12), "items", JSON.arrayNode().add("a"))));
    orders.execute("1", WorkflowEvent.to("priced", "waiting", Map.of("total", JSON.numberNode(9))));
    // A shallow merge: a field is replaced as a whole.
    Map<String, JsonNode> items = Map.of("items", JSON.arrayNode().add("b"));
    orders.execute("1", new WorkflowEvent("changed", "waiting", null, items));
    Loaded<WorkflowState> loaded = orders.load("1");
    assertThat(loaded.state().current()).isEqualTo("waiting");
    assertThat(loaded.state().data()).hasToString("{items=[\"b\"], total=9}");
    assertThat(loaded.complete()).isFalse();
    assertThatThrownBy(
            () -> orders.execute("1", new WorkflowEvent("sent", "draft", "sent", Map.of())))
        .hasMessageContaining("sent leads from draft, and the workflow is in waiting");
    orders.execute("1", WorkflowEvent.to("arrived", "delivered", Map.of()));
    assertThat(orders.load("1").complete()).isTrue();
    assertThat(orders.replay("1").until(1).run().complete()).isFalse();
    // What is stored says from where to where.
    StreamEvent first = orders.timeline("1").getFirst().event();
    assertThat(first.content().type()).isEqualTo("submitted");
    assertThat(first.content().data().asUtf8())
        .isEqualTo(
            "{\"from\":\"draft\",\"to\":\"waiting\",\"payload\":{\"items\":[\"a\"],\"total\":12}}");
    assertThat(orders.snapshot("1")).isEqualTo(4);
    assertThat(orders.replay("1").run().state()).isEqualTo(orders.load("1").state());
  }

  @Test
  @Promise("ES-18")
  void aFieldOfTheDataMaySayThatAWorkflowIsComplete() {
    Aggregate<WorkflowState, WorkflowEvent, WorkflowEvent> task =
        Workflow.named(id("task")).completeWhen("isComplete").build();
    Repository<WorkflowState, WorkflowEvent, WorkflowEvent> tasks =
        closing(EventSourcing.on(provider)).repository(task);
    tasks.execute("1", WorkflowEvent.to("begun", "open", Map.of()));
    assertThat(tasks.load("1").complete()).isFalse();
    Map<String, JsonNode> done = Map.of("isComplete", JSON.booleanNode(true));
    tasks.execute("1", new WorkflowEvent("done", null, null, done));
    assertThat(tasks.load("1").complete()).isTrue();
    assertThat(tasks.load("1").state().current()).isEqualTo("open");
    assertThatThrownBy(
            () -> tasks.execute("1", WorkflowEvent.to("holdfast.invalidated", "x", Map.of())))
        .hasMessageContaining("the library's own");
  }

  @Test
  @Promise("ES-19")
  void aCorrectedRuleOverOldEventsTellsWhatWouldDifferAndWritesNothing() {
    String category = id("interest");
    Set<String> calls = ConcurrentHashMap.newKeySet();
    Provider watched =
        Intercepted.of(
            provider,
            (method, proceed) -> {
              calls.add(method);
              return proceed.call();
            });
    Repository<Account, AccountCommand, AccountEvent> accounts =
        closing(EventSourcing.builder(provider).snapshotEvery(2).build())
            .repository(Account.aggregate(category));
    for (String id : List.of("a", "b", "c")) {
      accounts.execute(id, new Open("owner " + id));
      accounts.execute(id, new Deposit(id.equals("b") ? 50 : 1_000));
    }
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    LogHead before = streams.head();
    Evolve<Account, AccountEvent> corrected =
        (account, event) ->
            event instanceof Deposited(long cents) && cents >= 1_000
                ? new Account(
                    account.owner(), account.cents() + cents + 10, account.movements() + 1, false)
                : Account.evolve(account, event);
    Repository<Account, AccountCommand, AccountEvent> reading =
        closing(EventSourcing.on(watched)).repository(Account.aggregate(category));
    Comparison all = reading.compareAll(corrected);
    assertThat(all.streams()).isEqualTo(3);
    assertThat(all.differences())
        .extracting(Difference::toString)
        .containsExactly(
            "a /cents: 1000, and not 1010 (version 2)", "c /cents: 1000, and not 1010 (version 2)");
    assertThat(reading.compare("b", corrected).differences()).isEmpty();
    assertThat(reading.compareAll(Account::evolve).differences()).isEmpty();
    assertThat(streams.head().position()).isEqualTo(before.position());
    assertThat(calls).doesNotContain("append", "put", "apply", "prune");
    assertThatThrownBy(() -> reading.compare("unknown", corrected))
        .isInstanceOf(NoSuchStreamException.class);
  }

  @Test
  @Promise("ES-42")
  void aTenantReadsAndWritesNothingButItsOwn() {
    EventSourcing events = closing(EventSourcing.on(provider));
    String name = id("t");
    // Pairs that would be equal if they were joined without care.
    List<List<String>> pairs =
        List.of(
            List.of(name, "x"),
            List.of(name + "~x", "x"),
            List.of(name, "x~x"),
            List.of(name + "%7Ex", "x"),
            List.of(name + "~", "x"),
            List.of(name + "%", "x"),
            List.of(name + "/x", "x"),
            List.of(name.toUpperCase(Locale.ROOT), "x"));
    Set<StreamId> stored = ConcurrentHashMap.newKeySet();
    List<Repository<Counter, Long, Added>> all = new ArrayList<>();
    for (List<String> pair : pairs) {
      EventSourcing view = events.forTenant(pair.getFirst());
      Repository<Counter, Long, Added> counters = view.repository(Counter.aggregate(pair.get(1)));
      assertThat(counters.load("1").version()).isZero();
      long own = all.size() + 1L;
      EventContext context = EventContext.none().withCorrelationId(name);
      Executed<Counter, Added> done = counters.in(context).execute("1", "k", own);
      assertThat(done.repeated()).isFalse();
      stored.add(done.appended().stream());
      all.add(counters);
    }
    assertThat(stored).hasSize(pairs.size());
    Repository<Counter, Long, Added> nobodys = events.repository(Counter.aggregate("x"));
    assertThat(nobodys.load("1").version()).isZero();
    for (int i = 0; i < pairs.size(); i++) {
      Repository<Counter, Long, Added> counters = all.get(i);
      EventSourcing view = events.forTenant(pairs.get(i).getFirst());
      assertThat(counters.load("1").state()).isEqualTo(new Counter(i + 1));
      assertThat(counters.replay("1").run().state()).isEqualTo(new Counter(i + 1));
      assertThat(counters.snapshot("1")).isEqualTo(1);
      assertThat(counters.replay("1").debug().run().debug().snapshotVersion()).isEqualTo(1);
      assertThat(counters.compareAll((state, event) -> state).streams()).isEqualTo(1);
      // What it sees bears its own names; the log has nothing else.
      assertThat(counters.timeline("1").getFirst().event().stream())
          .isEqualTo(new StreamId(pairs.get(i).get(1), "1"));
      List<StreamEvent> seen = view.log().correlated(name);
      boolean sharesTenant = pairs.get(i).getFirst().equals(name);
      assertThat(seen).hasSize(sharesTenant ? 2 : 1);
      assertThat(seen)
          .extracting(event -> event.stream().category())
          .isSubsetOf("x", "x~x")
          .contains(pairs.get(i).get(1));
      assertThat(view.log().tagged("none", "none")).isEmpty();
      LogRead own =
          LogRead.after(LogPosition.START, 100)
              .matching(LogFilter.builder().categories(pairs.get(i).get(1)).build());
      assertThat(view.log().read(own).events()).hasSize(1);
    }
    assertThat(events.log().correlated(name)).hasSize(pairs.size());
    assertThatThrownBy(() -> events.forTenant("")).isInstanceOf(IllegalArgumentException.class);
  }
}
