// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Inputs with their wake-up. Stateless. */
final class DeliverTriggerKind implements ChangeKind {

  private static final String USED = "used";
  private static final int PAGE = 100;
  private static final Duration TOO_LONG = Duration.ofDays(365L * 9_000);

  @Override
  public Feature feature() {
    return Feature.TRIGGERS;
  }

  @Override
  public Change any(String id) {
    return Triggered.input(id, "any");
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    return new Listening(this, store);
  }

  /** A suspended run that has had one input. */
  private static final class Listening implements Subject {
    private final ChangeKind kind;
    private final StoreUnderTest store;
    private final String id;
    private long seen = 1;

    Listening(ChangeKind kind, StoreUnderTest store) {
      this.kind = kind;
      this.store = store;
      id = "listener " + store.nextNumber();
      Triggered a = Triggered.first(store);
      a.run(id, RunStatus.SUSPENDED);
      a.delivers(1, Triggered.input(id, USED, Triggered.cursor(0)));
      a.handle().finish(a.handle().fetchOne(id));
    }

    @Override
    public ChangeKind kind() {
      return kind;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Change next() {
      long number = store.nextNumber();
      return Triggered.input(id, "input " + number, Triggered.cursor(number));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      if (!(result instanceof TriggerDelivered(Outcome outcome, long sequence))) {
        throw Expect.violation(what, "TriggerDelivered", result);
      }
      Expect.equal(what, Outcome.NEW, outcome);
      Expect.equal(
          what,
          ((DeliverTrigger) change).input(),
          Triggered.second(store)
              .inbox()
              .message(Triggered.key(id), sequence)
              .map(message -> message.content())
              .orElse(null));
      if (last) {
        Expect.equal(
            what,
            ((DeliverTrigger) change).cursor(),
            Triggered.second(store).cursorOf(id).orElse(null));
      }
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "an input id that was used",
              delivery(
                  NewInboxMessage.of(USED, Payload.utf8("other")), Sample.message(id, "wake up")),
              IdempotencyMismatch.class),
          new Misfit(
              "a wake-up that is due too late",
              delivery(Triggered.content("late"), Sample.timer(id, "late", TOO_LONG)),
              InvalidRequest.class));
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(
          delivery(NewInboxMessage.of("large", tooLarge), Sample.message(id, "wake up")),
          delivery(
              Triggered.content("small"), OrchestratorMessage.of(id, "large wake-up", tooLarge)));
    }

    private Change delivery(NewInboxMessage input, OrchestratorMessage wakeUp) {
      return new DeliverTrigger(id, Triggered.STEP, input, Triggered.cursor(1), wakeUp);
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<DeliverTrigger> own =
          changes.stream()
              .filter(change -> id.equals(change.runId()))
              .filter(DeliverTrigger.class::isInstance)
              .map(DeliverTrigger.class::cast)
              .toList();
      Triggered b = Triggered.second(store);
      List<TriggerInput> inputs = behind(b);
      Expect.equal(
          what,
          own.stream().map(DeliverTrigger::input).toList(),
          inputs.stream().map(input -> input.message().content()).toList());
      Expect.equal(
          what,
          own.stream().map(DeliverTrigger::cursor).toList(),
          inputs.stream().map(TriggerInput::cursor).toList());
      b.expectAwake(what, id, own);
    }

    /** The inputs since the last look. */
    private List<TriggerInput> behind(Triggered through) {
      List<TriggerInput> all = new ArrayList<>();
      List<TriggerInput> page;
      do {
        page = through.calls().pendingInputs(id, Triggered.STEP, seen, PAGE);
        all.addAll(page);
        seen += page.size();
      } while (page.size() == PAGE);
      return all;
    }
  }
}
