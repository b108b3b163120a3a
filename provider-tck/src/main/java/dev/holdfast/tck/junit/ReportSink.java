// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.report.Report;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherSession;

/** Takes the report of a run that the kit itself started, and hears how far it has come. */
@FunctionalInterface
public interface ReportSink {

  /** Drops the report: nobody started the run but a build or an editor. */
  ReportSink NONE = report -> {};

  /**
   * Takes the report.
   *
   * @param report the report
   */
  void accept(Report report);

  /**
   * Takes a line about how far the run has come.
   *
   * @param line the line, for people
   */
  default void tell(String line) {}

  /**
   * Hands a sink to the runs of a session.
   *
   * @param session the session
   * @param sink the sink
   */
  static void put(LauncherSession session, ReportSink sink) {
    session.getStore().put(Namespace.create(ReportSink.class), ReportSink.class, sink);
  }

  /** The sink of the session that a test runs in; one that drops the report when there is none. */
  static ReportSink of(ExtensionContext context) {
    ReportSink sink =
        context
            .getStore(
                StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.create(ReportSink.class))
            .get(ReportSink.class, ReportSink.class);
    return sink == null ? NONE : sink;
  }
}
