// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.AccountCommand;
import dev.holdfast.streams.AccountCommand.Close;
import dev.holdfast.streams.AccountCommand.Deposit;
import dev.holdfast.streams.AccountCommand.Open;
import dev.holdfast.streams.AccountCommand.Withdraw;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.queue.QueueEngine;
import dev.holdfast.streams.queue.QueueWorker;
import dev.holdfast.streams.queue.QueuedAggregate;
import dev.holdfast.worker.tracing.Traced;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which appends and projections have spans, what they belong to, and what is stored for them. */
abstract class TracedContract extends BankContract {

  private final Spans spans = new Spans();
  private EventSourcing traced;
  private Repository<Account, AccountCommand, AccountEvent> bank;

  @BeforeEach
  void trace() {
    traced = closing(EventSourcing.builder(provider).snapshotEvery(0).tracing(spans).build());
    bank = traced.repository(Account.aggregate(name));
  }

  private List<StreamEvent> stored(String id) {
    return provider
        .capability(EventStreams.class)
        .orElseThrow()
        .readStream(new StreamId(name, id), 1, Direction.FORWARDS, 100)
        .events();
  }

  private static String trace(StreamEvent event) {
    return EventMetadata.read(event.content().metadata()).get(EventMetadata.TRACE);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsAppendedHasASpanAndItsEventsSayWhich() {
    bank.execute("a", "one", new Open("Ada"));
    bank.execute("a", "one", new Open("Ada"));
    assertThatThrownBy(() -> bank.execute("a", new Withdraw(5)))
        .isInstanceOf(IllegalStateException.class);
    bank.execute("a", new Close());
    bank.execute("a", new Close());
    bank.invalidate("a", 1, "a mistake");

    assertThat(spans.appends())
        .as("not for what was a repetition, was refused, or came to nothing")
        .extracting(Spans.Ended::what)
        .containsExactly(
            new Traced.Append(name, "a"),
            new Traced.Append(name, "a"),
            new Traced.Append(name, "a"));
    assertThat(stored("a"))
        .extracting(TracedContract::trace)
        .containsExactlyElementsOf(spans.appends().stream().map(Spans.Ended::context).toList());
  }

  @Test
  void aPageOfOneAppendBelongsToItAndAPageOfManyIsLinked() {
    bank.execute("a", new Open("Ada"));
    bank.execute("a", new Deposit(1));
    bank.execute("b", new Open("Bob"));
    Projector<AccountEvent, Balance> projector = Projector.on(traced, Balance.of(name));
    closing(projector.start());
    until(() -> spans.folds().size() == 1);
    List<String> appended = spans.appends().stream().map(Spans.Ended::context).toList();
    assertThat(spans.folds().getFirst())
        .isEqualTo(
            new Spans.Ended(
                spans.folds().getFirst().context(), null, new Traced.Fold(name, 0, 3, appended)));

    bank.execute("a", new Deposit(2));
    until(() -> spans.folds().size() == 2);
    assertThat(spans.folds().getLast())
        .extracting(Spans.Ended::parent, Spans.Ended::what)
        .containsExactly(
            spans.appends().getLast().context(), new Traced.Fold(name, 0, 1, List.of()));

    deposit("a", 3);
    until(() -> spans.folds().size() == 3);
    assertThat(spans.folds().getLast().parent()).as("it was appended without a trace").isNull();

    projector.rebuild();
    assertThat(spans.folds()).as("a repetition has no spans").hasSize(3);
  }

  @Test
  void anEntryOfAQueueBelongsToTheTraceOfItsContext() {
    QueuedAggregate<Account, AccountCommand, AccountEvent> queued =
        QueuedAggregate.of(Account.aggregate(name), AccountCommand.class);
    QueueWorker worker = closing(QueueEngine.builder(traced).queue(queued).build().start());
    EventQueue<Account, AccountCommand, AccountEvent> queue = worker.queue(queued);
    queue.enqueue(
        "a", "one", new Open("Ada"), EventContext.none().with(EventMetadata.TRACE, "caller"));
    until(() -> stored("a").size() == 1);
    queue.enqueue("a", "two", new Deposit(7));
    until(() -> spans.appends().size() >= 2);

    assertThat(spans.appends()).extracting(Spans.Ended::parent).containsExactly("caller", null);
    assertThat(stored("a"))
        .extracting(TracedContract::trace)
        .containsExactlyElementsOf(spans.appends().stream().map(Spans.Ended::context).toList());
  }

  @Test
  void nothingIsStoredWhereNothingIsTraced() {
    accounts.execute("a", new Open("Ada"));
    assertThat(trace(stored("a").getFirst())).isNull();
  }
}
