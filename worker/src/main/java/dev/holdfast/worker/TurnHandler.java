// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An engine, as a worker sees it: given an instance and the messages that wait for it, it says what
 * to store. Several engines may work in one worker; the name and version of an instance decide
 * which of them gets it.
 *
 * <p>The worker fetches, keeps the lock, counts deliveries, repeats calls over an outage, stores
 * and gives back. The handler computes. It sees neither lock tokens nor claims, and stores nothing
 * itself: a turn whose result is not stored has never been.
 *
 * <p>Thread-safe: many turns run at once, each on a virtual thread of its own, and never two of one
 * instance under a live lock. A turn whose lock was lost may still run while another worker has the
 * instance; its result is refused by the store.
 */
public interface TurnHandler {

  /**
   * Returns the code that this engine has. Called once, when the worker is built.
   *
   * @return names and versions, empty for an engine that takes nothing
   */
  Set<OrchestrationCode> code();

  /**
   * Returns how many events of its history an instance is to bring along, from the first. Called
   * before each fetch, which asks for the largest number of all engines.
   *
   * @return from 0, which suits engines that read no history
   */
  default int inlineHistory() {
    return 0;
  }

  /**
   * Computes a turn. Instances without a name, of which no start is visible, come to the engine
   * that was added first.
   *
   * <p>Whatever this throws concerns this instance and nothing else. A {@link
   * dev.holdfast.provider.ProviderError} means that the store could not be reached: the instance is
   * given back, uncounted; {@link dev.holdfast.provider.ProviderError.CorruptData} counts as {@link
   * WorkFailure.Reason#UNREADABLE}. A shortage of memory gives it back uncounted as well. Anything
   * else is {@link WorkFailure.Reason#CRASHED}.
   *
   * @param context the instance and its messages
   * @return the turn, closed by the worker in any case
   * @throws Exception when the turn crashes
   */
  Turn take(TurnContext context) throws Exception;

  /**
   * Computes a turn once more, in the same delivery, because others have changed what it has seen:
   * one of its changes was refused. Called a few times at most; then the instance is given back,
   * uncounted.
   *
   * @param context the instance and its messages, the same as before
   * @param refused the turn whose changes were refused; closed
   * @param why what the store said; its {@code changeIndex} says which change it was
   * @return the turn, closed by the worker in any case; unless overridden that of {@link #take}
   * @throws Exception when the turn crashes
   */
  default Turn outdated(TurnContext context, Turn refused, ProviderError.Permanent why)
      throws Exception {
    return take(context);
  }

  /**
   * Computes how an instance is ended that cannot go on. Called after as many deliveries as are
   * allowed, or when the store refused the result of a turn. It must not need the code of the
   * instance; what it cannot read it goes without.
   *
   * <p>Its result is usually a {@link TurnResult.Ack} with alternatives: should the store refuse
   * the first one too, a shorter one may still be stored. When none is, the instance is given back.
   *
   * @param context the instance and its messages
   * @param why why it is ended
   * @return the turn, closed by the worker in any case
   * @throws Exception when that fails as well; the instance is then given back
   */
  Turn fail(TurnContext context, WorkFailure why) throws Exception;

  /**
   * Computes a turn for an instance whose code no engine of this worker has, if it needs none: it
   * has ended for example, and only its messages are to be removed. Called for each engine in order
   * until one returns a turn.
   *
   * @param context the instance and its messages
   * @return the turn, null when this engine cannot tell; without any, {@link
   *     WorkerSettings#unrunnable} says what becomes of the instance
   * @throws Exception when the turn crashes
   */
  default @Nullable Turn dismiss(TurnContext context) throws Exception {
    return null;
  }

  /**
   * Computes the turn that a message will cause, before the message is stored: the result of an
   * activity, or a start. Both then go to the store in one call, which saves the delivery of the
   * instance and the ack. Called only where the store can do that ({@link
   * dev.holdfast.provider.Feature#TURNS_AHEAD}), and for the result of an activity only at its
   * first delivery: a turn that kills its process must count against its instance, and not have the
   * activity done again and again.
   *
   * <p>The caller of the call waits meanwhile, be it the thread of an activity or one that starts
   * an instance: an engine returns null where it would have to read, or would take long. Only a
   * result {@link TurnResult.Ack} is used, and of that only the first alternative. A turn that the
   * store does not use is closed, and the instance is delivered as if this had not been called; so
   * it is when this throws.
   *
   * @param message the message; nothing else is expected to have happened to its instance
   * @param now the store's time as far as it is known here: not later than it is there, and a
   *     little earlier than in deliveries
   * @return the turn, closed by the worker in any case; null for none
   * @throws Exception when the turn crashes
   */
  default @Nullable AheadTurn ahead(OrchestratorMessage message, Instant now) throws Exception {
    return null;
  }

  /** Lets go of memory that can be had again, such as caches: memory was short. */
  default void memoryIsShort() {}

  /** Called once, after the worker has stopped and given back what was left. */
  default void close() {}
}
