// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.Orchestration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of a store. Made by {@link dev.holdfast.runtime.HoldfastClient#schedules()};
 * thread-safe.
 *
 * <pre>{@code
 * client.schedules().create("nightly", Schedule.cron("0 2 * * *").zone("Europe/Berlin"), REPORT, input);
 * }</pre>
 *
 * <p>A schedule is an instance that lives as long as the schedule does. Every worker that has an
 * orchestration serves schedules; nothing is to be registered for them but the orchestration that
 * they start, which may be elsewhere. Each run is an instance of its own, see {@link ScheduledRun}:
 * it is started in the transaction that notes that it was, so that a run is neither lost nor
 * started twice, whatever dies in between. What is asked of a schedule is stored when the call
 * returns, and done by a worker soon after.
 *
 * <p>Ids have 1 to 180 characters, none of them a control character; other ones are {@link
 * IllegalArgumentException}. Errors of the store are {@link dev.holdfast.provider.ProviderError}.
 */
public interface Schedules {

  /**
   * Creates a schedule. The first run is due after a worker has taken the schedule up.
   *
   * @param <I> the type of the input
   * @param id its id
   * @param schedule when runs are due
   * @param orchestration what a run is; a reference is enough
   * @param input the input of every run, which learns when it was due with {@link
   *     dev.holdfast.runtime.OrchestrationContext#scheduledTime()}
   * @throws ScheduleExistsException when there is one with this id
   * @throws dev.holdfast.runtime.DataConversionException when the input cannot be encoded
   */
  <I extends @Nullable Object> void create(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input);

  /**
   * Creates a schedule, or changes the one with this id: for programs that say at each start what
   * they need. See {@link #create} and {@link #change(String, Schedule, Orchestration, Object)}.
   *
   * @param <I> the type of the input
   * @param id its id
   * @param schedule when runs are due
   * @param orchestration what a run is; a reference is enough
   * @param input the input of every run
   * @throws dev.holdfast.runtime.DataConversionException when the input cannot be encoded
   */
  <I extends @Nullable Object> void createOrChange(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input);

  /**
   * Changes when runs are due, what they are and what they are given. Runs that wait or were
   * started stay as they are; what was due before the change is not due again. A schedule that is
   * as it shall be is left alone; a paused one stays paused.
   *
   * @param <I> the type of the input
   * @param id the schedule
   * @param schedule when runs are due
   * @param orchestration what a run is; a reference is enough
   * @param input the input of every run
   * @throws NoSuchScheduleException when there is none
   * @throws dev.holdfast.runtime.DataConversionException when the input cannot be encoded
   */
  <I extends @Nullable Object> void change(
      String id, Schedule schedule, Orchestration<I, ?> orchestration, I input);

  /**
   * Changes when runs are due, and nothing else; see {@link #change(String, Schedule,
   * Orchestration, Object)}.
   *
   * @param id the schedule
   * @param schedule when runs are due
   * @throws NoSuchScheduleException when there is none
   */
  void change(String id, Schedule schedule);

  /**
   * Pauses a schedule: no run is due until it is resumed. Runs that were started go on; those that
   * wait go on waiting.
   *
   * @param id the schedule
   * @param note why, for people; empty for nothing
   * @throws NoSuchScheduleException when there is none
   */
  void pause(String id, String note);

  /**
   * Resumes a schedule that was paused. What would have been due meanwhile is not made up for.
   *
   * @param id the schedule
   * @param note why, for people; empty for nothing
   * @throws NoSuchScheduleException when there is none
   */
  void resume(String id, String note);

  /**
   * Starts a run now, also while the schedule is paused. Where runs may not overlap and one is
   * under way, it waits for its end, unless 100 runs wait already.
   *
   * @param id the schedule
   * @return the instance id of the run, which can be awaited
   * @throws NoSuchScheduleException when there is none
   */
  String trigger(String id);

  /**
   * Takes a run for cancelled of which the schedule will not learn that it has ended, because its
   * instance was deleted by force: otherwise no other run would start where they may not overlap.
   * Nothing happens to the run itself.
   *
   * @param id the schedule
   * @param run the instance id of the run
   * @throws NoSuchScheduleException when there is none
   */
  void forget(String id, String run);

  /**
   * Deletes a schedule, at once. Runs that were started go on; those that wait are dropped. The id
   * can be used again.
   *
   * @param id the schedule
   * @throws NoSuchScheduleException when there is none
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#INSTANCE_DELETION}
   */
  void delete(String id);

  /**
   * Reads a schedule.
   *
   * @param id the schedule
   * @return how it stands
   * @throws NoSuchScheduleException when there is none
   */
  ScheduleDescription describe(String id);

  /**
   * Reads all schedules that a worker has taken up.
   *
   * @return how they stand, ascending by id
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store does not declare {@link
   *     dev.holdfast.provider.Feature#INSTANCE_ADMIN}
   */
  List<ScheduleDescription> list();
}
