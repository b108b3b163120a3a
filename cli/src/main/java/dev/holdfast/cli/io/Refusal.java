// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

/** Ends a command with an exit code and one sentence for people. */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /**
   * Creates the refusal.
   *
   * @param exitCode one of {@link ExitCode}
   * @param message what is wrong and what would be right
   */
  public Refusal(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Creates the refusal of a call that is wrong in itself. */
  public static Refusal badInput(String message) {
    return new Refusal(ExitCode.BAD_INPUT, message);
  }

  /** Creates the refusal of a call that found nothing, or nothing to do. */
  public static Refusal nothing(String message) {
    return new Refusal(ExitCode.NOTHING, message);
  }

  /** {@return the exit code of the command} */
  public int exitCode() {
    return exitCode;
  }
}
