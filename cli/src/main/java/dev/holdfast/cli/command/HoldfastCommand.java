// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Surroundings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line as a whole. Not thread-safe. */
@Command(
    name = "holdfast",
    description = "Asks a store of durable orchestrations, and acts on it.",
    versionProvider = HoldfastCommand.Version.class,
    footerHeading = "%n",
    footer = {
      "The store is --url or HOLDFAST_URL. Passwords come from PGPASSWORD or ~/.pgpass.",
      "Only migrate makes or changes a schema. Nothing is taken away without --yes.",
      "",
      "Completion for the shell: source <(holdfast generate-completion)"
    })
public final class HoldfastCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  private HoldfastCommand() {}

  /**
   * Builds the command line.
   *
   * @param surroundings the process that it runs in
   * @return the command line
   */
  public static CommandLine commandLine(Surroundings surroundings) {
    CommandLine line =
        new CommandLine(new HoldfastCommand())
            .addSubcommand(new InstancesCommand(surroundings))
            .addSubcommand(new ShowCommand(surroundings))
            .addSubcommand(new HistoryCommand(surroundings))
            .addSubcommand(new TreeCommand(surroundings))
            .addSubcommand(new WhyCommand(surroundings))
            .addSubcommand(new StuckCommand(surroundings))
            .addSubcommand(new QueuesCommand(surroundings))
            .addSubcommand(new LeasesCommand(surroundings))
            .addSubcommand(new RunsCommand(surroundings))
            .addSubcommand(new RunCommand(surroundings))
            .addSubcommand(new StepsCommand(surroundings))
            .addSubcommand(new StuckRunsCommand(surroundings))
            .addSubcommand(new InboxCommand(surroundings))
            .addSubcommand(new TriggersCommand(surroundings))
            .addSubcommand(new AuditCommand(surroundings))
            .addSubcommand(new StreamsCommand(surroundings))
            .addSubcommand(new StreamCommand(surroundings))
            .addSubcommand(new LogCommand(surroundings))
            .addSubcommand(new SnapshotsCommand(surroundings))
            .addSubcommand(new ProjectionsCommand(surroundings))
            .addSubcommand(new ReplayCommand(surroundings))
            .addSubcommand(new VerifyCommand(surroundings))
            .addSubcommand(new RebuildCommand(surroundings))
            .addSubcommand(new LagCommand(surroundings))
            .addSubcommand(new ParkedCommand(surroundings))
            .addSubcommand(new DeadLettersCommand(surroundings))
            .addSubcommand(new ExplainStallCommand(surroundings))
            .addSubcommand(new KvCommand(surroundings))
            .addSubcommand(new SchedulesCommand(surroundings))
            .addSubcommand(new StartCommand(surroundings))
            .addSubcommand(new RaiseCommand(surroundings))
            .addSubcommand(new CancelCommand(surroundings))
            .addSubcommand(new SuspendCommand(surroundings))
            .addSubcommand(new ResumeCommand(surroundings))
            .addSubcommand(new TerminateCommand(surroundings))
            .addSubcommand(new RestartCommand(surroundings))
            .addSubcommand(new DeleteCommand(surroundings))
            .addSubcommand(new PruneCommand(surroundings))
            .addSubcommand(new RetentionCommand(surroundings))
            .addSubcommand(new MigrateCommand(surroundings))
            .addSubcommand(new CheckCommand(surroundings))
            .addSubcommand(new ConsoleCommand(surroundings));
    describe(line.getCommandSpec());
    line.getSubcommands().values().forEach(sub -> describe(sub.getCommandSpec()));
    return line.addSubcommand(new GenerateCompletion());
  }

  private static void describe(CommandSpec spec) {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "done, or found");
    codes.put("1", "not found, or there was nothing to do");
    codes.put("2", "the call was wrong, or needs a feature that the store does not have");
    codes.put("3", "the store cannot be used: not reachable, not made, of another version, failed");
    spec.mixinStandardHelpOptions(true);
    UsageMessageSpec usage = spec.usageMessage();
    usage.autoWidth(true).sortOptions(false);
    usage.exitCodeListHeading("%nExit codes:%n").exitCodeList(codes);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "which command?");
    }
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = HoldfastCommand.class.getPackage().getImplementationVersion();
      return new String[] {"holdfast " + (version == null ? "(built from a checkout)" : version)};
    }
  }
}
