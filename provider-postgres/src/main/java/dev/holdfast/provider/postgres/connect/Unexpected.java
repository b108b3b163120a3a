// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import dev.holdfast.provider.ProviderError.StoreFailure;

/** What nobody foresaw: a defect, or an error of the Java runtime (ERR-01, ERR-03). Stateless. */
public final class Unexpected {

  private Unexpected() {}

  /** The error that a caller gets for it, also when it cannot tell about itself. */
  public static StoreFailure error(String operation, Throwable cause) {
    return new StoreFailure(operation, "unexpected: " + text(cause), cause);
  }

  private static String text(Throwable cause) {
    try {
      return cause.toString();
    } catch (RuntimeException | Error e) {
      return cause.getClass().getName();
    }
  }
}
