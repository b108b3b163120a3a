// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.jdbc.schema.Migration.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** A store is compared with the migrations of the code, and nothing is guessed. */
class MigrationsTest {

  private static final Migration FIRST =
      new Migration(
          1,
          "V001__core.sql",
          1,
          """
          -- CREATE TABLE of a comment;
          CREATE TABLE instance (id INTEGER);
          CREATE UNLOGGED TABLE :schema.owner (id INTEGER);
          CREATE INDEX instance_ready ON instance (id);
          INSERT INTO instance VALUES ('CREATE TABLE in the middle of a line');
          """);
  private static final Migration SECOND =
      new Migration(
          2,
          "V002__more.sql",
          1,
          """
          CREATE SEQUENCE :schema.numbers;
          CREATE UNIQUE INDEX IF NOT EXISTS instance_id ON instance (id);
          ALTER TABLE instance ADD name TEXT;
          """);
  private static final Migrations MIGRATIONS = new Migrations(List.of(FIRST, SECOND));
  private static final Set<String> ALL_OBJECTS =
      Set.of("instance", "owner", "instance_ready", "numbers", "instance_id");

  private static Applied record(Migration migration) {
    return new Applied(
        migration.version(), migration.file(), migration.checksum(), migration.servedFrom());
  }

  private static Applied newer(int version, int servedFrom) {
    return new Applied(version, "next.sql", "x", servedFrom);
  }

  private static SchemaState compare(Applied... applied) {
    return MIGRATIONS.compare(List.of(applied), ALL_OBJECTS);
  }

  private static List<Applied> upToDateAnd(Applied... newer) {
    List<Applied> all = new ArrayList<>(List.of(record(FIRST), record(SECOND)));
    all.addAll(List.of(newer));
    return all;
  }

  @Test
  void whatStatementsCreateIsFoundInTheirText() {
    assertThat(MIGRATIONS.createdObjects())
        .containsExactly("instance", "owner", "instance_ready", "numbers", "instance_id");
  }

  @Test
  void anEmptyPlaceLacksEverything() {
    assertThat(MIGRATIONS.compare(List.of(), Set.of()))
        .isEqualTo(new SchemaState.Outdated(0, List.of(FIRST, SECOND)));
  }

  @Test
  void anOutdatedStoreLacksTheRest() {
    assertThat(compare(record(FIRST)))
        .isEqualTo(new SchemaState.Outdated(1, List.of(SECOND)))
        .asInstanceOf(InstanceOfAssertFactories.type(SchemaState.Outdated.class))
        .satisfies(outdated ->
            assertThat(outdated.notMigrated("the schema shop"))
                .hasMessageContainingAll("the schema shop", "version 1", "version 2"));
  }

  @Test
  void aStoreWithEveryStepIsCurrent() {
    assertThat(compare(record(FIRST), record(SECOND))).isEqualTo(new SchemaState.Current());
  }

  @Test
  void aChangedChecksumIsNamed() {
    assertThat(compare(new Applied(1, "V001__core.sql", "other", 1), record(SECOND)))
        .isEqualTo(new SchemaState.Edited(1, "V001__core.sql"));
  }

  @Test
  void aMissingObjectIsNamed() {
    assertThat(
            MIGRATIONS.compare(
                List.of(record(FIRST)), Set.of("instance", "owner", "numbers", "instance_id")))
        .isEqualTo(new SchemaState.Incomplete("instance_ready", 1));
  }

  @Test
  void whatAnUnappliedStepCreatesMayBeMissing() {
    assertThat(
            MIGRATIONS.compare(
                List.of(record(FIRST)), Set.of("instance", "owner", "instance_ready")))
        .isInstanceOf(SchemaState.Outdated.class);
  }

  @Test
  void aGapInTheRecordsIsFound() {
    assertThat(compare(record(SECOND))).isEqualTo(new SchemaState.Disordered(2, 1));
  }

  @Test
  void oneStepAheadIsServedIfItSaysSo() {
    assertThat(MIGRATIONS.compare(upToDateAnd(newer(3, 2)), ALL_OBJECTS))
        .isEqualTo(new SchemaState.Current());
    assertThat(MIGRATIONS.compare(upToDateAnd(newer(3, 3)), ALL_OBJECTS))
        .isEqualTo(new SchemaState.TooNew(3, 2));
  }

  @Test
  void twoStepsAheadAreNotServed() {
    assertThat(MIGRATIONS.compare(upToDateAnd(newer(3, 1), newer(4, 1)), ALL_OBJECTS))
        .isEqualTo(new SchemaState.TooNew(4, 2));
  }

  @Test
  void everyProblemTellsWhatIsWrongAndWhatToDo() {
    assertThat(
            List.of(
                new SchemaState.Disordered(2, 1),
                new SchemaState.Edited(1, "V001__core.sql"),
                new SchemaState.Incomplete("instance", 1),
                new SchemaState.TooNew(4, 2)))
        .map(unfit -> (Throwable) unfit.error("the schema shop", "Acme"))
        .allSatisfy(error ->
            assertThat(error)
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("the schema shop"))
        .map(Throwable::getMessage)
        .satisfiesExactly(
            text -> assertThat(text).contains("version 2 where 1 belongs", "restore"),
            text -> assertThat(text).contains("migration 1", "V001__core.sql", "version of Acme"),
            text -> assertThat(text).contains("instance", "migration 1", "missing", "restore"),
            text -> assertThat(text).contains("version 4", "version 2", "newer version of Acme"));
  }

  @Test
  void versionsCountFromOneWithoutGaps() {
    assertThatThrownBy(() -> new Migrations(List.of(FIRST, FIRST)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("V001__core.sql", "2");
    assertThatThrownBy(() -> new Migrations(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
