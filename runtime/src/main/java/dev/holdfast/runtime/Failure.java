// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why something failed, as it is stored.
 *
 * @param type the name of the exception's class, or one of the constants of this type
 * @param message the exception's message, absent when it had none
 */
public record Failure(String type, @Nullable String message) {

  /** The type of a failure after too many deliveries without a result. */
  public static final String POISON = "holdfast.poison";

  /** The type of a failure because something that is stored cannot be read. */
  public static final String UNREADABLE = "holdfast.unreadable";

  /** The type of a failure because no worker knows the name. */
  public static final String UNREGISTERED = "holdfast.unregistered";

  /** The type of a failure because the store refused the result, for instance as too large. */
  public static final String REFUSED = "holdfast.refused";

  /** The type of a child's failure to start because its instance id is taken. */
  public static final String ALREADY_EXISTS = "holdfast.already-exists";

  private static final int MAX_MESSAGE_LENGTH = 4_000;

  /** Checks the type, and cuts the message off after 4000 characters. */
  public Failure {
    Objects.requireNonNull(type, "type");
    if (message != null && message.length() > MAX_MESSAGE_LENGTH) {
      message = message.substring(0, MAX_MESSAGE_LENGTH - 3) + "...";
    }
  }

  /**
   * The failure that an exception stands for.
   *
   * @param error the exception
   * @return its class name and message
   */
  public static Failure of(Throwable error) {
    return new Failure(error.getClass().getName(), error.getMessage());
  }

  /** Type and message, as exceptions print them. */
  @Override
  public String toString() {
    return message == null ? type : type + ": " + message;
  }
}
