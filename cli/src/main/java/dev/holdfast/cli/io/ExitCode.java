// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

/** What a command returns to the shell. */
public final class ExitCode {

  /** It did what it was asked to, or found what it was asked for. */
  public static final int OK = 0;

  /** What it was asked for is not there, or there was nothing to do. */
  public static final int NOTHING = 1;

  /** The call was wrong in itself. */
  public static final int BAD_INPUT = 2;

  /** The store cannot be used. */
  public static final int UNAVAILABLE = 3;

  private ExitCode() {}
}
