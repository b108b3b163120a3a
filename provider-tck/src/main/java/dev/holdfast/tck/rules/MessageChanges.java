// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Messages as changes (CHANGE-19). Stateless. */
final class MessageChanges implements ChangeKind {

  private static final String USED = "used";
  private static final Duration TOO_LONG = Duration.ofDays(365L * 9_000);

  @Override
  public Feature feature() {
    return Feature.CHANGES;
  }

  @Override
  public Change any(String id) {
    return send(id, "any");
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    String id = "receiver " + store.nextNumber();
    store.first().create(id);
    store.first().enqueue(identified(id, USED, "first"));
    store.first().finish(store.first().fetchOne(id));
    return new Receiver(this, store, id);
  }

  /** A message as a change. */
  static SendMessage send(String id, String body) {
    return new SendMessage(Sample.message(id, body));
  }

  /** A message with a message id. */
  static OrchestratorMessage identified(String id, String messageId, String body) {
    return OrchestratorMessage.builder(id, "poke", Payload.utf8(body)).messageId(messageId).build();
  }

  /** The content of a message that a test made. */
  static String text(OrchestratorMessage message) {
    return message.body().asUtf8();
  }

  private record Receiver(ChangeKind kind, StoreUnderTest store, String id) implements Subject {

    @Override
    public Change next() {
      return send(id, "change " + store.nextNumber());
    }

    @Override
    public Change nextRecognised() {
      String unique = "change " + store.nextNumber();
      return new SendMessage(identified(id, unique, unique));
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      Expect.equal(what, new MessageSent(true), result);
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(new SendMessage(OrchestratorMessage.of(id, "large", tooLarge)));
    }

    @Override
    public List<Misfit> misfits() {
      return List.of(
          new Misfit(
              "a message id that was used",
              new SendMessage(identified(id, USED, "other")),
              IdempotencyMismatch.class),
          new Misfit(
              "a message that is due too late",
              new SendMessage(Sample.timer(id, "late", TOO_LONG)),
              InvalidRequest.class));
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<OrchestratorMessage> expected = new ArrayList<>();
      for (Change change : changes) {
        if (change instanceof SendMessage(var message) && message.instanceId().equals(id)) {
          expected.add(message);
        }
      }
      Expect.equal(what, Batch.withoutDue(expected), Batch.withoutDue(taken(store.second(), id)));
    }
  }

  /** The messages that wait for an instance, which are taken away. */
  static List<OrchestratorMessage> taken(Handle handle, String id) {
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (OrchestrationItem item : handle.fetch(Handle.ALL)) {
      if (item.instanceId().equals(id)) {
        messages.addAll(item.messages());
        handle.finish(item);
      } else {
        handle.abandon(item, AbandonOptions.now().uncounted());
      }
    }
    return messages;
  }
}
