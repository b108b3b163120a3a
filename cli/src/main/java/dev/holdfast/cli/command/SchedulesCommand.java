// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Surroundings;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import dev.holdfast.runtime.schedule.NoSuchScheduleException;
import dev.holdfast.runtime.schedule.ScheduleDescription;
import dev.holdfast.runtime.schedule.ScheduleRun;
import dev.holdfast.runtime.schedule.Schedules;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code schedules}. */
@Command(
    name = "schedules",
    description =
        "Lists the schedules of orchestrations, shows one with its next and last runs, pauses or"
            + " resumes it, starts a run now, or deletes it. Returns 1 when there are none.",
    footer = {
      "",
      "What is asked of a schedule is done when a worker has it, soon after. A schedule is listed"
          + " when a worker has taken it up. Deleting one ends no run."
    })
final class SchedulesCommand extends StoreCommand {

  /** What is done. */
  enum Action {
    LIST,
    SHOW,
    PAUSE,
    RESUME,
    TRIGGER,
    DELETE
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "list",
      description = "list, show, pause, resume, trigger or delete (${DEFAULT-VALUE})")
  private String word = "list";

  @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "the schedule")
  private @Nullable String id;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "why it is paused or resumed, for people")
  private String note = "";

  @Mixin private final Consent consent = new Consent();

  private Action action = Action.LIST;

  SchedulesCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  void check() {
    action = read(word);
    if ((action == Action.LIST) != (id == null)) {
      throw Refusal.badInput(
          id == null ? "which schedule? give its ID" : "list takes no ID; show takes one");
    }
    if (!note.isEmpty() && action != Action.PAUSE && action != Action.RESUME) {
      throw Refusal.badInput("--note goes with pause and resume only");
    }
  }

  private static Action read(String word) {
    for (Action action : Action.values()) {
      if (ScheduleRows.word(action).equals(word)) {
        return action;
      }
    }
    throw Refusal.badInput(
        "there is no action \"%s\"; there are list, show, pause, resume, trigger and delete"
            .formatted(word));
  }

  @Override
  int run(Store store, Output output) {
    Schedules schedules = store.client().schedules();
    String of = String.valueOf(id);
    try {
      return switch (action) {
        case LIST -> list(schedules.list(), output);
        case SHOW -> show(schedules.describe(of), output);
        case PAUSE -> {
          schedules.pause(of, note);
          yield asked("pause", "will be paused", output);
        }
        case RESUME -> {
          schedules.resume(of, note);
          yield asked("resume", "will be resumed", output);
        }
        case TRIGGER -> trigger(schedules.trigger(of), output);
        case DELETE -> delete(schedules, of, output);
      };
    } catch (NoSuchScheduleException e) {
      throw Refusal.nothing("%s; nothing was done".formatted(e.getMessage()));
    }
  }

  private static int list(List<ScheduleDescription> all, Output output) {
    if (all.isEmpty()) {
      output.note("no schedules");
      return ExitCode.NOTHING;
    }
    Table table = new Table("SCHEDULE", "STATE", "WHEN", "STARTS", "NEXT", "LAST RUN");
    for (ScheduleDescription one : all) {
      if (output.isJson()) {
        output.object(ScheduleRows.json(one));
      } else {
        table.row(
            one.id(),
            ScheduleRows.word(one.state()),
            ScheduleRows.when(one),
            one.orchestration(),
            one.nextRuns().isEmpty() ? null : output.time(one.nextRuns().getFirst()),
            one.runs().isEmpty() ? null : ScheduleRows.word(one.runs().getFirst().state()));
      }
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    return ExitCode.OK;
  }

  private static int show(ScheduleDescription one, Output output) {
    if (output.isJson()) {
      output.object(ScheduleRows.json(one));
      return ExitCode.OK;
    }
    ScheduleRows.lines(one, output).forEach(output::line);
    if (!one.runs().isEmpty()) {
      output.space();
      Table table = new Table("RUN", "STATE", "STARTED", "ENDED", "FAILURE");
      for (ScheduleRun run : one.runs()) {
        table.row(
            run.instanceId(),
            ScheduleRows.word(run.state()),
            output.time(run.startedAt()),
            output.time(run.endedAt()),
            run.failure() == null ? null : output.value(run.failure()));
      }
      output.table(table);
    }
    return ExitCode.OK;
  }

  private int trigger(String run, Output output) {
    if (output.isJson()) {
      output.object(JsonText.object().put("schedule", id).put("run", run));
    } else {
      output.line("%s will be started; show %s says when it was".formatted(run, run));
    }
    return ExitCode.OK;
  }

  private int delete(Schedules schedules, String of, Output output) {
    if (!consent.isGiven()) {
      ScheduleDescription one = schedules.describe(of);
      output.note(
          "this would delete the schedule \"%s\" (%s); runs that were started go on"
              .formatted(of, ScheduleRows.word(one.state())));
      return Consent.missing(output);
    }
    schedules.delete(of);
    return asked("delete", "is deleted", output);
  }

  private int asked(String what, String willBe, Output output) {
    if (output.isJson()) {
      output.object(JsonText.object().put("schedule", id).put("asked", what));
    } else {
      output.line("the schedule \"%s\" %s".formatted(id, willBe));
    }
    return ExitCode.OK;
  }
}
