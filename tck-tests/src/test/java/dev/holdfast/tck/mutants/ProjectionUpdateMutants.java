// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.UpdateProjection;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Projections whose inline updates, fences and parked events are not what they say. */
final class ProjectionUpdateMutants {

  private ProjectionUpdateMutants() {}

  static List<Mutant> all() {
    Family family = new Family("PROJECTION");
    inline(family);
    fences(family);
    parked(family);
    return family.mutants();
  }

  private static void inline(Family family) {
    family.handle(
        "inline-rows-come-before-their-append",
        "Inline rows are written before the append beside them is looked at.",
        "PROJECTION-13: a connection of their own",
        inner ->
            new Projecting(inner) {
              @Override
              List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
                if (list.size() == 2
                    && list.get(0) instanceof UpdateProjection
                    && list.get(1) instanceof AppendEvents) {
                  super.apply(list.subList(0, 1), fence);
                }
                return super.apply(list, fence);
              }
            });
    family.handle(
        "inline-updates-move-the-checkpoint",
        "An inline update moves the checkpoint to the head.",
        "PROJECTION-13: the rows are as new as the log",
        inner ->
            new Projecting(inner) {
              @Override
              List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
                List<ChangeResult> results = super.apply(list, fence);
                for (Change change : list) {
                  if (change instanceof UpdateProjection update && update.advance() == null) {
                    moveToHead(update);
                  }
                }
                return results;
              }

              private void moveToHead(UpdateProjection update) {
                UpdateProjection none = with(update, List.of());
                LogPosition head = streams.head().position();
                LogPosition at =
                    ProjectionMutants.stored(right, with(none, new Advance(0, head, head)));
                if (at != null && at.isBefore(head)) {
                  try {
                    right.update(
                        new UpdateProjection(
                            update.projection(),
                            update.generation(),
                            List.of(),
                            new Advance(0, at, head),
                            List.of(),
                            List.of()),
                        null);
                  } catch (VersionConflict moved) {
                    return;
                  }
                }
              }
            });
    family.handle(
        "inline-updates-follow-the-live-one",
        "An inline update of another generation goes to the live one.",
        "PROJECTION-14: the number is not looked at",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                return update.advance() != null
                    ? update
                    : right
                        .projection(update.projection())
                        .map(info ->
                            UpdateProjection.inline(
                                update.projection(), info.live(), update.rows()))
                        .orElse(update);
              }
            });
    family.handle(
        "every-generation-takes-inline-updates",
        "An inline update of a generation that is not live is taken.",
        "PROJECTION-14: nobody looks which one is live",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                if (update.advance() != null) {
                  return update;
                }
                LogPosition start = LogPosition.START;
                LogPosition at =
                    ProjectionMutants.stored(right, with(update, new Advance(0, start, start)));
                return at == null ? update : with(update, new Advance(0, at, at));
              }
            });
  }

  private static void fences(Family family) {
    family.handle(
        "fences-of-updates-are-not-looked-at",
        "An update applies under a fence that is lost.",
        "PROJECTION-21: the checkpoint is guard enough",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                return super.update(update, null);
              }
            });
    family.handle(
        "checkpoints-come-before-fences",
        "An update that does not fit says so, whoever asks.",
        "PROJECTION-21: the fence is looked at last",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                LogPosition at = ProjectionMutants.stored(right, update);
                Advance advance = update.advance();
                return at != null && advance != null && !at.equals(advance.from())
                    ? super.update(update, null)
                    : super.update(update, fence);
              }
            });
    family.handle(
        "fences-are-looked-at-before",
        "The fence is looked at, and the update is written a moment later.",
        "PROJECTION-22: two transactions",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                if (fence == null) {
                  return super.update(update, null);
                }
                changes.apply(List.of(), fence);
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                Advance advance = update.advance();
                LogPosition now = ProjectionMutants.stored(right, update);
                return now == null || advance == null || advance.to().isBefore(now)
                    ? super.update(update, null)
                    : super.update(
                        with(update, new Advance(advance.shard(), now, advance.to())), null);
              }
            });
  }

  private static void parked(Family family) {
    family.handle(
        "parked-events-stay-as-they-were",
        "Parking an event again changes nothing.",
        "PROJECTION-27: an insert that does nothing where it stands",
        inner ->
            new Projecting(inner) {
              @Override
              UpdateProjection written(UpdateProjection update) {
                return withPark(
                    update,
                    update.park().stream().filter(event -> !isParked(update, event)).toList());
              }

              private boolean isParked(UpdateProjection update, ParkedEvent event) {
                try {
                  return !update.unpark().contains(event.position())
                      && right
                          .parked(update.projection(), update.generation(), LogPosition.START, 100)
                          .stream()
                          .anyMatch(known -> known.position().equals(event.position()));
                } catch (Permanent missing) {
                  return false;
                }
              }
            });
    family.handle(
        "errors-of-parked-events-are-cut",
        "The error of a parked event is cut.",
        "PROJECTION-27: a column of 255 characters",
        inner ->
            ProjectionMutants.written(
                inner,
                update ->
                    withPark(
                        update,
                        update.park().stream()
                            .map(event ->
                                new ParkedEvent(
                                    event.position(),
                                    event.stream(),
                                    event.version(),
                                    event.attempts(),
                                    event
                                        .error()
                                        .substring(0, Math.min(255, event.error().length())),
                                    null))
                            .toList())));
    family.handle(
        "unparking-forgives",
        "Unparking what is not parked is accepted.",
        "PROJECTION-27: a delete says nothing",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                try {
                  return super.update(update, fence);
                } catch (NotFound missing) {
                  if (update.unpark().isEmpty()) {
                    throw missing;
                  }
                  return super.update(
                      new UpdateProjection(
                          update.projection(),
                          update.generation(),
                          update.rows(),
                          update.advance(),
                          update.park(),
                          List.of()),
                      fence);
                }
              }
            });
    family.handle(
        "events-to-come-are-parked",
        "An event behind the head is parked, at the head.",
        "PROJECTION-27: nobody looks at the log",
        inner ->
            new Projecting(inner) {
              @Override
              ProjectionUpdated update(UpdateProjection update, @Nullable Fence fence) {
                try {
                  return super.update(update, fence);
                } catch (InvalidRequest ahead) {
                  return update.park().isEmpty()
                      ? super.update(update, fence)
                      : super.update(withPark(update, List.of()), fence);
                }
              }
            });
  }

  private static UpdateProjection withPark(UpdateProjection update, List<ParkedEvent> park) {
    return new UpdateProjection(
        update.projection(),
        update.generation(),
        update.rows(),
        update.advance(),
        park,
        update.unpark());
  }
}
