// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Activity acks that are recognised by too little, or not recognised at all. */
final class ActivityRepeatMutants {

  private ActivityRepeatMutants() {}

  static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(lock());
    all.addAll(atom());
    return all;
  }

  private static List<Mutant> lock() {
    return new Family("LOCK")
        .store(
            "an-acked-epoch-is-a-repeat-anywhere",
            "An activity ack is taken for a repeat when its epoch was acked, whatever activity it"
                + " names.",
            "LOCK-10: the completion carries the epoch of the lock and not the activity",
            store -> {
              Set<Object> acked = ConcurrentHashMap.newKeySet();
              return inner -> new RecognisedBy(inner, acked, token -> token.epoch());
            })
        .store(
            "an-acked-epoch-is-a-repeat-in-its-instance",
            "An activity ack is taken for a repeat when its epoch was acked in the same instance.",
            "LOCK-10: the mark is looked up by instance and epoch",
            store -> {
              Set<Object> acked = ConcurrentHashMap.newKeySet();
              return inner ->
                  new RecognisedBy(
                      inner, acked, token -> List.of(token.instanceId(), token.epoch()));
            })
        .store(
            "an-acked-epoch-is-a-repeat-in-every-execution",
            "The execution of an activity does not count when its ack comes again.",
            "LOCK-10: the identity is compared without its execution",
            store -> {
              Set<Object> acked = ConcurrentHashMap.newKeySet();
              return inner -> new RecognisedBy(inner, acked, token -> withoutExecution(token));
            })
        .mutants();
  }

  private static Object withoutExecution(LockToken token) {
    return token instanceof LockToken.OfActivity(ActivityIdentity activity, long epoch)
        ? List.of(activity.instanceId(), activity.activityId(), epoch)
        : token;
  }

  private static List<Mutant> atom() {
    return new Family("ATOM")
        .store(
            "merged-completions-prove-nothing",
            "An ack whose completion is queued already is not recognised when it comes again.",
            "ATOM-15: the mark is written with the message, and a merged one is not written",
            store -> {
              Merged merged = new Merged();
              return inner -> new ForgetsMerged(inner, merged, false);
            })
        .store(
            "a-merged-completion-proves-the-last-ack",
            "Of several acks whose completions were merged the last one only is recognised.",
            "ATOM-15: one column for the mark",
            store -> {
              Merged merged = new Merged();
              return inner -> new ForgetsMerged(inner, merged, true);
            })
        .mutants();
  }

  /** Compares a part of the token with what was acked. */
  private static final class RecognisedBy extends Forwarding {
    private final Set<Object> acked;
    private final Function<LockToken, Object> part;

    RecognisedBy(Provider inner, Set<Object> acked, Function<LockToken, Object> part) {
      super(inner);
      this.acked = acked;
      this.part = part;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      if (result instanceof AckResult.Applied && ack.completion() != null) {
        acked.add(part.apply(ack.lockToken()));
      }
      return result instanceof AckResult.Rejected && acked.contains(part.apply(ack.lockToken()))
          ? AckResult.alreadyApplied()
          : result;
    }
  }

  /** The message ids that are queued, and the tokens whose completions were merged with one. */
  private record Merged(Set<Object> ids, Map<Object, List<LockToken>> tokens) {
    Merged() {
      this(ConcurrentHashMap.newKeySet(), new ConcurrentHashMap<>());
    }
  }

  private static final class ForgetsMerged extends Forwarding {
    private final Merged merged;
    private final boolean exceptTheLast;

    ForgetsMerged(Provider inner, Merged merged, boolean exceptTheLast) {
      super(inner);
      this.merged = merged;
      this.exceptTheLast = exceptTheLast;
    }

    private static Object id(OrchestratorMessage message) {
      return List.of(message.instanceId(), String.valueOf(message.messageId()));
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      if (message.messageId() != null) {
        merged.ids.add(id(message));
      }
      return result;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      OrchestratorMessage completion = ack.completion();
      if (completion == null || !merged.ids.contains(id(completion))) {
        return result;
      }
      List<LockToken> tokens =
          merged.tokens.computeIfAbsent(id(completion), id -> new ArrayList<>());
      if (result instanceof AckResult.Applied) {
        tokens.add(ack.lockToken());
        return result;
      }
      boolean last = !tokens.isEmpty() && tokens.getLast().equals(ack.lockToken());
      return result instanceof AckResult.AlreadyApplied && !(last && exceptTheLast)
          ? AckResult.rejected(new LockLost("ackActivityItem", ack.lockToken(), "it is gone"))
          : result;
    }
  }
}
