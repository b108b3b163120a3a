// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/**
 * One kind of change, for the rules that hold for all of them. A new kind joins with an entry in
 * {@link #ALL}.
 */
interface ChangeKind {

  /** All kinds there are. */
  List<ChangeKind> ALL = List.of(new MessageChanges());

  /** The kinds that a provider declares. */
  static List<ChangeKind> declared(StoreUnderTest store) {
    return ALL.stream()
        .filter(kind -> store.declares(Feature.CHANGES) && store.declares(kind.feature()))
        .toList();
  }

  /** The feature that it belongs to. */
  Feature feature();

  /** A change of this kind that is right in itself, about something that need not be there. */
  Change any(String id);

  /**
   * Something that changes of this kind are about, new in the store. Nothing may be deliverable.
   */
  Subject subject(StoreUnderTest store);

  /** What the changes of a test are about. Used by one thread at a time. */
  interface Subject {

    /** The run or instance. */
    String id();

    /** The next change that fits if all those before, which this returned, were applied. */
    Change next();

    /** The same, and a repeat of it is recognised, so that it adds nothing (CHANGE-18). */
    Change nextRecognised();

    /** What the result of a change of {@link #next} must be, once those before were applied. */
    ChangeResult resultOf(Change change);

    /** Changes that do not fit what is stored, whatever is applied of {@link #next}. */
    List<Misfit> misfits();

    /** Expects these changes, and no others, to have been applied since the last look, in order. */
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
