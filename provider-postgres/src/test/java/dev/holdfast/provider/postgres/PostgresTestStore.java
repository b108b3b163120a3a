// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.postgres.plan.PlanLog;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import java.io.File;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/** A schema of its own, or one that was emptied. */
final class PostgresTestStore implements TestStore {

  private static final String SCHEMA = "holdfast";

  /** Our functions write, all but those that only read. */
  private static final Pattern WRITES =
      Pattern.compile(
          "\\.(enqueue|fetch_|ack_|apply_|append_|archive_|prune_snapshots|create_generation|make_live|drop_generation|renew_|abandon_|acquire_|release_|clean_up_|store_audit)\\w*\\(");

  private static final Pattern NEEDED =
      Pattern.compile(
          "provider-(postgres|jdbc|api)(.target.classes|-[^/]*\\.jar)|/(postgresql|HikariCP|slf4j-api|jspecify)-");

  private final Tenant tenant;
  private final String schema;
  private final ServerClock clock;
  private final StoreTap tap =
      new StoreTap(JdbcErrors.standard(), true, sql -> WRITES.matcher(sql).find());

  private final PostgresPlans plans;
  private final PostgresCallers callers;
  private final TriggerHolds holds;
  private final List<SqlChange> changes;

  private final Runnable noteOpened;
  private final Runnable end;

  /** Creates the store of a tenant with a database of its own, both gone when it is closed. */
  PostgresTestStore(Tenant tenant) {
    this(tenant, List.of());
  }

  /** A store of its own in which some things are otherwise than the provider has made them. */
  PostgresTestStore(Tenant tenant, List<SqlChange> changes) {
    this(tenant, tenant.ownDatabase() ? SCHEMA : tenant.name(), changes, () -> {}, tenant::drop);
  }

  private PostgresTestStore(LentStores stores, LentStore lent) {
    this(lent.tenant(), lent.schema(), List.of(), lent::opened, () -> stores.takeBack(lent));
    if (lent.isMade()) {
      clock.reset();
    }
  }

  /** Borrows a store, given back when it is closed. */
  static PostgresTestStore from(LentStores stores) {
    return new PostgresTestStore(stores, stores.lend());
  }

  private PostgresTestStore(
      Tenant tenant, String schema, List<SqlChange> changes, Runnable noteOpened, Runnable end) {
    this.tenant = tenant;
    this.schema = schema;
    this.changes = changes;
    this.noteOpened = noteOpened;
    this.end = end;
    this.plans = new PostgresPlans(tenant, schema);
    this.callers = new PostgresCallers(tenant, schema);
    this.holds = new TriggerHolds(tenant.admin(), schema);
    this.clock = new ServerClock(tenant.admin(), schema, this::open);
  }

  Tenant tenant() {
    return tenant;
  }

  String schema() {
    return schema;
  }

  @Override
  public Provider open() {
    return open(config().orElseThrow());
  }

  private Provider open(ProviderConfig config) {
    Provider provider = Opening.open(config, PostgresOptions.parse(config), tap::wrap);
    clock.install();
    changes.forEach(change -> change.make(tenant.admin(), schema));
    noteOpened.run();
    return provider;
  }

  @Override
  public Optional<Provider> openWithClientClock(Duration ahead) {
    InstantSource wrong = () -> Instant.now().plus(ahead);
    return Optional.of(open(builder().clock(wrong).build()));
  }

  @Override
  public Optional<ProviderConfig> config() {
    return Optional.of(builder().build());
  }

  @Override
  public Optional<ProviderConfig> configWithDataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(tenant.location().jdbcUrl());
    source.setUser(tenant.location().user());
    source.setPassword(tenant.location().password());
    return Optional.of(ProviderConfig.dataSource(source).option("schema", schema).build());
  }

  @Override
  public Optional<PlanReader> planReader() {
    return PlanLog.isPossible() ? Optional.of(plans) : Optional.empty();
  }

  private ProviderConfig.Builder builder() {
    return ProviderConfig.url(url()).option("connectTimeoutMillis", "3000");
  }

  private String url() {
    return tenant.location().url() + "?schema=" + schema;
  }

  @Override
  public Optional<TimeControl> timeControl() {
    return Optional.of(clock);
  }

  @Override
  public Optional<WhiteBox> whiteBox() {
    return Optional.of(new PostgresWhiteBox(tenant.admin(), schema));
  }

  @Override
  public Optional<FaultInjection> faults() {
    return Optional.of(tap);
  }

  @Override
  public Optional<WriterHold> writerHold() {
    return Optional.of(instanceId -> RowHold.take(tenant.admin(), schema, instanceId));
  }

  @Override
  public Optional<CommitHold> commitHold() {
    return Optional.of(holds);
  }

  @Override
  public Optional<StatementCounter> statements() {
    return Optional.of(tap);
  }

  @Override
  public Optional<StoreSwitch> storeSwitch() {
    return Optional.of(
        new StoreSwitch() {
          @Override
          public void stop() {
            tenant.lockOut();
          }

          @Override
          public void start() {
            tenant.letIn();
          }
        });
  }

  @Override
  public Optional<StoreSwitch> auditSwitch() {
    return Optional.of(
        new StoreSwitch() {
          @Override
          public void stop() {
            rename("audit_record", "taken_away");
          }

          @Override
          public void start() {
            rename("taken_away", "audit_record");
          }
        });
  }

  private void rename(String from, String to) {
    String sql = "ALTER TABLE \"%s\".%s RENAME TO %s".formatted(schema, from, to);
    try (Connection connection = TestServer.connect(tenant.admin());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public Optional<List<String>> integrityProblems() {
    return Optional.of(new PostgresWhiteBox(tenant.admin(), schema).contradictions());
  }

  @Override
  public Optional<CrashTarget> crashTarget() {
    return Optional.of(new CrashTarget(url(), Map.of(), providerClassPath(), List.of()));
  }

  /** What an application needs, and nothing of what the tests need besides. */
  static List<String> providerClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> NEEDED.matcher(path).find())
        .toList();
  }

  @Override
  public Optional<CallersConnections> callersConnections() {
    return Optional.of(callers);
  }

  @Override
  public void close() {
    callers.close();
    holds.close();
    end.run();
  }
}
