// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What can be learned of the terminal. The launcher knows it and says so in system properties; a
 * jar that is run by itself has to look.
 */
final class Terminal {

  private static final int USUAL = 80;
  private static final int NARROWEST = 40;

  private Terminal() {}

  /** {@return the width of the terminal that standard output goes to, 0 when it goes to none} */
  static int columns(Map<String, String> environment) {
    String told = System.getProperty("holdfast.stdout.columns");
    if (told != null) {
      return number(told);
    }
    if (!isTerminal()) {
      return 0;
    }
    int given = number(environment.getOrDefault("COLUMNS", ""));
    int columns = given > 0 ? given : asked();
    return columns > 0 ? Math.max(columns, NARROWEST) : USUAL;
  }

  /** {@return whether standard error goes to a terminal, as far as that can be told} */
  static boolean isProgressSeen() {
    String told = System.getProperty("holdfast.stderr.terminal");
    return told == null ? isTerminal() : Boolean.parseBoolean(told);
  }

  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // From JDK 22 on there may be a console without a terminal, and a method that says so.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Asks the terminal itself; 0 where that is not possible. */
  private static int asked() {
    File terminal = new File("/dev/tty");
    if (!terminal.canRead()) {
      return 0;
    }
    try {
      Process process =
          new ProcessBuilder("stty", "size")
              .redirectInput(terminal)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (!process.waitFor(1, TimeUnit.SECONDS)) {
          return 0;
        }
        String size =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        return number(size.substring(size.indexOf(' ') + 1));
      } finally {
        process.destroy();
      }
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
  }
}
