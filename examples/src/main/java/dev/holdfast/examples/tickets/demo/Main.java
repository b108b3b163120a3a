// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.OneLine;
import dev.holdfast.examples.demo.ServerCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the demo of tickets. */
@Command(name = "./holdfast")
public final class Main {

  /** The audit holds. */
  static final int OK = 0;

  /** The audit does not hold, or the demo could not be finished. */
  static final int FAILED = 1;

  /** The user gave something that cannot be worked with. */
  static final int BAD_INPUT = OneLine.BAD_INPUT;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** Runs a command and returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new Main())
        .addSubcommand(new DemoTicketsCommand(out, err))
        .addSubcommand(new WorkerCommand())
        .addSubcommand(new DeskCommand())
        .addSubcommand(new OperatorCommand())
        .addSubcommand(new OfficeCommand())
        .addSubcommand(new MigratorCommand())
        .addSubcommand(new ServerCommand(out))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(new OneLine())
        .execute(args);
  }
}
