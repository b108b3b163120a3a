// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.postgres.connect.SqlErrors;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.provider.support.ProjectionChecks;
import dev.holdfast.provider.support.ProjectionErrors;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why an update of a projection was refused, by what the store said. Stateless. */
public final class ProjectionRefusals {

  private ProjectionRefusals() {}

  /**
   * Tells why.
   *
   * @param operation the SPI call, for the error
   * @param update the update
   * @param state what was raised, see update_projections
   * @param message and with which words
   * @return the refusal, null when it is about something else
   */
  public static @Nullable Permanent of(
      String operation, UpdateProjection update, String state, String message) {
    String[] words = message.split(" ");
    return switch (state) {
      case SqlErrors.STATE_UNKNOWN -> notFound(operation, update, words);
      case SqlErrors.OTHER_VERSION -> conflict(operation, update, words);
      case SqlErrors.NOT_IN_PROJECTION -> invalid(operation, update, words);
      default -> null;
    };
  }

  private static NotFound notFound(String operation, UpdateProjection update, String[] words) {
    return switch (words[0]) {
      case "p" -> ProjectionErrors.noProjection(operation, update.projection());
      case "g" ->
          ProjectionErrors.noGeneration(operation, update.projection(), update.generation());
      default -> ProjectionErrors.notParked(operation, update, notParked(update, words[1]));
    };
  }

  /** The position as the caller said it, which may be none of the store. */
  private static LogPosition notParked(UpdateProjection update, String number) {
    long major = Long.parseLong(number);
    return update.unpark().stream()
        .filter(position -> major < 0 ? position.minor() > 0 : position.major() == major)
        .findFirst()
        .orElseThrow();
  }

  private static VersionConflict conflict(
      String operation, UpdateProjection update, String[] words) {
    return switch (words[0]) {
      case "l" ->
          ProjectionErrors.otherIsLive(
              operation, update.projection(), update.generation(), Integer.parseInt(words[1]));
      case "c" ->
          ProjectionErrors.otherCheckpoint(
              operation,
              update,
              Objects.requireNonNull(update.advance()),
              EventReader.position(Long.parseLong(words[1])));
      default -> {
        RowChange row = update.rows().get(Integer.parseInt(words[1]) - 1);
        yield ProjectionErrors.otherVersion(
            operation,
            update,
            row.key(),
            Objects.requireNonNull(row.seenVersion()),
            Long.parseLong(words[2]));
      }
    };
  }

  /** A position with a second number is none of the store. */
  private static void requireNumbers(String operation, UpdateProjection update) {
    Advance advance = update.advance();
    if (advance != null) {
      EventReader.number(operation, advance.to());
    }
    update.park().forEach(event -> EventReader.number(operation, event.position()));
  }

  /** The checks that stores share say it. */
  private static @Nullable Permanent invalid(
      String operation, UpdateProjection update, String[] words) {
    long number = Long.parseLong(words[1]);
    try {
      if (words[0].equals("s")) {
        ProjectionChecks.checkShard(
            operation, Objects.requireNonNull(update.advance()), (int) number);
      } else {
        ProjectionChecks.checkReached(operation, update, EventReader.position(number));
        requireNumbers(operation, update);
      }
      return null;
    } catch (InvalidRequest e) {
      return e;
    }
  }
}
