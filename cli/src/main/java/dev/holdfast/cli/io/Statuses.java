// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import dev.holdfast.provider.ExecutionStatus;
import java.util.Locale;

/** Statuses as people read them. */
public final class Statuses {

  private Statuses() {}

  /** {@return the word for a status} */
  public static String word(ExecutionStatus status) {
    return status.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the word in its colour} */
  public static Table.Painted painted(ExecutionStatus status) {
    Paint paint =
        switch (status) {
          case RUNNING -> Paint.BLUE;
          case COMPLETED -> Paint.GREEN;
          case FAILED -> Paint.RED;
          case CONTINUED_AS_NEW -> Paint.PLAIN;
        };
    return new Table.Painted(word(status), paint);
  }

  /**
   * Reads a status.
   *
   * @throws Refusal when there is no such status
   */
  public static ExecutionStatus read(String text) {
    for (ExecutionStatus status : ExecutionStatus.values()) {
      if (word(status).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return status;
      }
    }
    throw Refusal.badInput(
        "--status is \"%s\"; there are running, completed, failed (cancelled ones included) and continued-as-new"
            .formatted(text));
  }
}
