// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.ServerCommand;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the soak. */
@Command(name = "./holdfast")
public final class Main {

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    DemoProgram.main((out, err) -> run(out, err, args));
  }

  /** Runs a command and returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return DemoProgram.execute(
        new CommandLine(new Main())
            .addSubcommand(new SoakCommand(out, err))
            .addSubcommand(new WorkerCommand())
            .addSubcommand(new ServerCommand(out)),
        out,
        err,
        args);
  }
}
