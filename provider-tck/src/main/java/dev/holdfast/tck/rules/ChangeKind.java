// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kind of change, for the rules that hold for all of them. A new kind joins with an entry in
 * {@link #ALL}.
 */
interface ChangeKind {

  /** All kinds there are, messages first. */
  List<ChangeKind> ALL =
      List.of(
          new MessageChanges(),
          new CreateRunKind(),
          new RunChangeKind(),
          new RestartRunKind(),
          new DeleteRunKind(),
          new EnsureStepKind(),
          new StepChangeKind(),
          InboxChanges.APPENDS,
          InboxChanges.CONSUMES,
          new DeliverTriggerKind(),
          new AppendEventsKind(),
          new PutSnapshotKind(),
          new UpdateProjectionKind());

  /** The kinds that a provider declares. */
  static List<ChangeKind> declared(StoreUnderTest store) {
    return ALL.stream()
        .filter(kind -> store.declares(Feature.CHANGES) && store.declares(kind.feature()))
        .toList();
  }

  /** A new subject of each kind that a provider declares. */
  static List<Subject> subjects(StoreUnderTest store) {
    return declared(store).stream().map(kind -> kind.subject(store)).toList();
  }

  /** The feature that it belongs to. */
  Feature feature();

  /** A change of this kind that is right in itself, about something that need not be there. */
  Change any(String id);

  /**
   * Something that changes of this kind are about, new in the store. Nothing may be deliverable.
   */
  Subject subject(StoreUnderTest store);

  /**
   * How a change that was applied is refused when it comes again, alone or in the same list; null
   * where the repeat of {@link Subject#nextRecognised} is recognised, so that it adds nothing
   * (CHANGE-18).
   */
  default @Nullable Class<? extends Permanent> refusalOfRepeats() {
    return null;
  }

  /** Whether a change of {@link Subject#next} fits only once those before it were applied. */
  default boolean isChained() {
    return false;
  }

  /** Whether {@link Subject#next} costs no calls, so that a test can ask for a thousand. */
  default boolean isCheap() {
    return true;
  }

  /** What the changes of a test are about. Used by one thread at a time. */
  interface Subject {

    /** The kind of its changes. */
    ChangeKind kind();

    /** The run or instance. */
    String id();

    /** The next change that fits if all those before, which this returned, were applied. */
    Change next();

    /** The same, with what a repeat of it is recognised by, if there is such a thing. */
    default Change nextRecognised() {
      return next();
    }

    /**
     * Expects the result of a change of {@link #next} that was applied.
     *
     * @param last whether nothing was changed behind it, so that a read must say the same
     */
    void expectResult(String what, Change change, ChangeResult result, boolean last);

    /** Changes that do not fit what is stored, whatever is applied of {@link #next}. */
    List<Misfit> misfits();

    /** Changes that would fit, were this not more than a payload may have. */
    default List<Change> overTheLimit(Payload tooLarge) {
      return List.of();
    }

    /**
     * Expects those of these changes that are its own, and no others, to have been applied since
     * the last look, in order.
     */
    void expectApplied(String what, List<Change> changes);
  }

  /**
   * A change that does not fit.
   *
   * @param why in a few words
   * @param error how it is refused
   */
  record Misfit(String why, Change change, Class<? extends Permanent> error) {}
}
