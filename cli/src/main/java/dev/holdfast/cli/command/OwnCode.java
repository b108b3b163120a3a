// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.streams.projection.ProjectionStoppedException;
import java.util.function.Supplier;

/** Work that runs code of an application, and what it says when that fails. Stateless. */
final class OwnCode {

  private OwnCode() {}

  /** Does the work; says what it refuses, and what an application's function has thrown. */
  static <T> T run(Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalStateException e) {
      // Such as rows of another build than that of this code.
      throw new Refusal(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (ProjectionStoppedException e) {
      Throwable cause = e.getCause();
      throw new Refusal(
          ExitCode.UNAVAILABLE,
          cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause);
    }
  }
}
