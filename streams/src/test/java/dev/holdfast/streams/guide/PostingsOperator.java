// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import dev.holdfast.streams.Difference;
import dev.holdfast.streams.guide.Postings.Event;
import dev.holdfast.streams.guide.Postings.PostingRow;
import dev.holdfast.streams.migration.Imported;
import dev.holdfast.streams.migration.Migration;
import dev.holdfast.streams.migration.Phase;
import dev.holdfast.streams.migration.SwitchRefusedException;
import dev.holdfast.streams.migration.Validation;
import java.io.PrintStream;

/** What an operator does, from any process, while the application runs. */
final class PostingsOperator {

  private PostingsOperator() {}

  static void dual(Migration<Event, PostingRow> migration, PrintStream out) {
    migration.switchTo(Phase.DUAL, "release 14 is on all hosts");
    Imported imported = migration.importRows();
    out.println(imported.rows() + " rows, " + imported.imported() + " imported");
  }

  static void validate(Migration<Event, PostingRow> migration, PrintStream out) {
    Validation validation = migration.validate();
    validation.differences().forEach(out::println);
    try {
      migration.switchTo(Phase.VALIDATED, "compared");
    } catch (SwitchRefusedException e) {
      out.println(e.getMessage());
    }
  }

  static void repair(Migration<Event, PostingRow> migration, PrintStream out) {
    for (Difference difference : migration.differences()) {
      migration.repair(difference.key());
      out.println(migration.compare(difference.key()).size() + " differences are left");
    }
  }

  static void readNewAndBack(Migration<Event, PostingRow> migration, PrintStream out) {
    migration.switchTo(Phase.READ_NEW, "quiet hours");
    out.println("p-1 is " + Postings.status(migration, "p-1"));
    migration.switchTo(Phase.DUAL, "a report is wrong");
    out.println("p-1 is " + Postings.status(migration, "p-1"));
  }
}
