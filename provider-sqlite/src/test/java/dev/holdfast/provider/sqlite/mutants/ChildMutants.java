// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.sqlite.SqliteFixture;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.TestStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Mutants of the provider in children that are killed; the parent that audits has the right one.
 */
final class ChildMutants {

  private static final Path CLASSES = Path.of("target", "child-mutants");

  static final List<FaultMutant> ALL =
      List.of(
          child(
              "changes-wait-in-memory",
              "CHANGE-17",
              "A list of changes is answered while it waits in memory to be stored.",
              ChildFactory.Way.LATE),
          child(
              "acks-and-then-their-changes",
              "CHANGE-02,CHANGE-03",
              "An ack is applied, and then its changes are.",
              ChildFactory.Way.APART),
          child(
              "acks-of-a-run-and-then-their-changes",
              "TRIGGER-15",
              "An ack is applied, and then its changes are, while others work on the same run.",
              ChildFactory.Way.APART),
          child(
              "a-recovery-in-parts",
              "RUN-25",
              "Each change of a list is a commit of its own.",
              ChildFactory.Way.SINGLY),
          child(
              "events-one-by-one",
              "STREAM-27,ORDER-04",
              "Each event of an append is a commit of its own.",
              ChildFactory.Way.EVENT_BY_EVENT),
          child(
              "an-archive-one-by-one",
              "STREAM-31",
              "Each event of a step is archived by a commit of its own.",
              ChildFactory.Way.EVENT_BY_EVENT));

  private ChildMutants() {}

  private static FaultMutant child(String name, String rules, String what, ChildFactory.Way way) {
    return new FaultMutant(
        name,
        rules,
        what,
        () -> NamedFixture.withStores(new SqliteFixture(), store -> broken(store, way)));
  }

  private static TestStore broken(TestStore store, ChildFactory.Way way) {
    return new NamedFixture.ChangedStore(store) {
      @Override
      public Optional<CrashTarget> crashTarget() {
        return super.crashTarget()
            .map(target -> {
              List<String> classPath = new ArrayList<>(List.of(services().toString()));
              classPath.addAll(target.classPath());
              return new CrashTarget(
                  ChildFactory.url(way, target.url()),
                  target.options(),
                  classPath,
                  target.jvmArguments());
            });
      }
    };
  }

  /** A place that names the factory; only children look there. */
  private static Path services() {
    try {
      Path file =
          CLASSES.resolve("META-INF").resolve("services").resolve(ProviderFactory.class.getName());
      Files.createDirectories(file.getParent());
      Files.writeString(file, ChildFactory.class.getName() + "\n");
      return CLASSES.toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
