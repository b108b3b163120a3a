// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import dev.holdfast.cli.command.HoldfastCommand;
import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Printable;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.store.Secrets;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.NoSuchStreamException;
import dev.holdfast.streams.event.EventSourcingException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The operator's command line:
 *
 * <pre>
 * ./holdfast instances --url sqlite:orders.db
 * java -jar holdfast-cli-VERSION-all.jar instances --url sqlite:orders.db
 * </pre>
 */
public final class CliMain {

  private CliMain() {}

  /**
   * Runs a command and ends the JVM with its exit code.
   *
   * @param arguments the command and its options, {@code --help} for a list
   */
  public static void main(String[] arguments) {
    System.exit(run(Surroundings.ofProcess(), arguments));
  }

  /** Runs a command and returns its exit code. */
  static int run(Surroundings surroundings, String... arguments) {
    try {
      return HoldfastCommand.commandLine(surroundings)
          .setOut(surroundings.out())
          .setErr(surroundings.err())
          .setColorScheme(
              CommandLine.Help.defaultColorScheme(
                  surroundings.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
          .setParameterExceptionHandler(CliMain::wrongCall)
          .setExecutionExceptionHandler(CliMain::failed)
          .execute(arguments);
    } catch (LinkageError | OutOfMemoryError | StackOverflowError e) {
      // The JVM would return 1 for it, which means something else here.
      surroundings.err().println("holdfast: failed: " + e);
      return ExitCode.UNAVAILABLE;
    } finally {
      surroundings.out().flush();
      surroundings.err().flush();
    }
  }

  private static int wrongCall(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    complain(command, "%s; see %s --help".formatted(firstLine(e.getMessage()), name));
    return ExitCode.BAD_INPUT;
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    return switch (e) {
      case Refusal refusal -> {
        complain(command, refusal.getMessage());
        yield refusal.exitCode();
      }
      case ProviderError.NotFound notFound -> {
        complain(command, notFound.getMessage());
        yield ExitCode.NOTHING;
      }
      case NoSuchStreamException missing -> {
        complain(command, missing.getMessage());
        yield ExitCode.NOTHING;
      }
      case EventSourcingException refused -> {
        complain(command, refused.getMessage());
        yield ExitCode.UNAVAILABLE;
      }
      case ProviderError.InstanceBusy busy -> {
        complain(command, busy.getMessage() + " (--force deletes it all the same)");
        yield ExitCode.NOTHING;
      }
      case ProviderError.InvalidRequest invalid -> badInput(command, invalid);
      case ProviderError.NotSupported unsupported -> badInput(command, unsupported);
      case ProviderError.IdempotencyMismatch mismatch -> badInput(command, mismatch);
      case IllegalArgumentException illegal -> badInput(command, illegal);
      case ProviderError error -> {
        complain(command, error.getMessage());
        yield ExitCode.UNAVAILABLE;
      }
      default -> {
        complain(command, "failed: " + e);
        yield ExitCode.UNAVAILABLE;
      }
    };
  }

  private static int badInput(CommandLine command, Exception e) {
    complain(command, e.getMessage());
    return ExitCode.BAD_INPUT;
  }

  private static String firstLine(@Nullable String text) {
    return String.valueOf(text).lines().findFirst().orElse("");
  }

  /** What was given may be in what is said, and there may be a password in it. */
  private static void complain(CommandLine command, @Nullable String problem) {
    command.getOut().flush();
    command.getErr().println("holdfast: " + Printable.of(Secrets.masked(String.valueOf(problem))));
    command.getErr().flush();
  }
}
