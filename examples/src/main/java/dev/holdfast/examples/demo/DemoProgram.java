// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.OneLine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.function.BiFunction;
import picocli.CommandLine;

/**
 * How a demo meets the terminal: its commands, its exit codes, its errors in one line. Stateless.
 */
public final class DemoProgram {

  /** The audit holds. */
  private static final int OK = 0;

  /** The audit does not hold, or the demo could not be finished. */
  private static final int FAILED = 1;

  /** The user gave something that cannot be worked with. */
  private static final int BAD_INPUT = OneLine.BAD_INPUT;

  private DemoProgram() {}

  /** Runs a program on the terminal and ends the process with its exit code. */
  public static void main(BiFunction<PrintStream, PrintStream, Integer> program) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(program.apply(out, err));
  }

  /** Runs the command that the arguments name, or says in one line why not. */
  public static int execute(
      CommandLine commands, PrintStream out, PrintStream err, String... args) {
    return commands
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(new OneLine())
        .execute(args);
  }

  /** A demo, from its beginning to its audit. */
  @FunctionalInterface
  public interface Demo {

    /** Runs, reports, and returns whether the audit holds. */
    boolean run(Progress progress) throws InterruptedException, IOException, SQLException;
  }

  /**
   * Runs a demo, or says in one line what kept it from its end.
   *
   * @param command what the user called
   * @return the exit code
   */
  public static int run(String command, PrintStream err, Demo demo) {
    Progress progress = new Progress(err, Boolean.getBoolean("holdfast.stderr.terminal"));
    try {
      return demo.run(progress) ? OK : FAILED;
    } catch (BadInputException e) {
      err.println("holdfast " + command + ": " + e.getMessage());
      return BAD_INPUT;
    } catch (DemoFailedException e) {
      err.println("holdfast " + command + ": " + e.getMessage());
      return FAILED;
    } catch (InterruptedException | IOException | SQLException | RuntimeException e) {
      err.println("holdfast " + command + ": failed with " + e);
      return FAILED;
    }
  }

  /** Refuses a number that is out of range. */
  public static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new BadInputException(
          "%s is %d; it goes from %d to %d".formatted(option, value, least, most));
    }
  }
}
