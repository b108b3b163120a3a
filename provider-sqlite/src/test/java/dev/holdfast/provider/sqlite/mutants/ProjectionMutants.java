// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.sqlite.SqliteFixture;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.ProjectionUpdated;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mutants of updates of projections: what is cut between two commits, and callers' connections. */
final class ProjectionMutants {

  static final List<FaultMutant> ALL =
      List.of(
          alone(
              "rows-and-checkpoint-are-two-commits",
              "PROJECTION-04",
              "Rows are written, then the checkpoint is moved.",
              (right, update, fence) -> {
                Advance advance = update.advance();
                if (advance == null) {
                  return right.update(update, fence);
                }
                ProjectionUpdated updated =
                    right.update(
                        UpdateProjection.advancing(
                            update.projection(),
                            update.generation(),
                            update.rows(),
                            new Advance(advance.shard(), advance.from(), advance.from())),
                        fence);
                right.update(with(update, List.of()), fence);
                return updated;
              }),
          alone(
              "each-row-is-a-commit",
              "PROJECTION-29",
              "Rows of an update travel one by one.",
              (right, update, fence) -> {
                Advance advance = update.advance();
                List<Long> versions = new ArrayList<>();
                for (RowChange row : update.rows()) {
                  UpdateProjection one =
                      advance == null
                          ? UpdateProjection.inline(
                              update.projection(), update.generation(), List.of(row))
                          : UpdateProjection.advancing(
                              update.projection(),
                              update.generation(),
                              List.of(row),
                              new Advance(advance.shard(), advance.from(), advance.from()));
                  versions.addAll(right.update(one, fence).rowVersions());
                }
                right.update(with(update, List.of()), fence);
                return new ProjectionUpdated(versions);
              }),
          ofCallers(
              "updates-go-through-a-connection-of-their-own",
              "PROJECTION-23",
              "The update is made at once, through another connection.",
              (right, connection, update, fence) -> right.update(update, fence)),
          ofCallers(
              "fences-are-forgotten-in-transactions-of-callers",
              "PROJECTION-24",
              "A fence is not looked at where the commit comes later.",
              (right, connection, update, fence) -> right.update(connection, update, null)),
          ofCallers(
              "updates-commit-for-the-caller",
              "PROJECTION-25",
              "The call ends the transaction.",
              (right, connection, update, fence) -> {
                ProjectionUpdated updated = right.update(connection, update, fence);
                connection.commit();
                return updated;
              }),
          mutant(
              "contention-of-projections-is-remembered",
              "PROJECTION-26",
              "Calls of projections fail for good once one met contention.",
              ProjectionMutants::remembering));

  private ProjectionMutants() {}

  private static UpdateProjection with(UpdateProjection update, List<RowChange> rows) {
    return new UpdateProjection(
        update.projection(),
        update.generation(),
        rows,
        update.advance(),
        update.park(),
        update.unpark());
  }

  /** Another way to update. */
  @FunctionalInterface
  private interface Alone {
    ProjectionUpdated update(Projections right, UpdateProjection update, @Nullable Fence fence);
  }

  /** Another way to update in a transaction of the caller. */
  @FunctionalInterface
  private interface OfCallers {
    ProjectionUpdated update(
        Projections right, Connection connection, UpdateProjection update, @Nullable Fence fence)
        throws SQLException;
  }

  /** A call of projections. */
  @FunctionalInterface
  private interface Call {
    @Nullable Object of(
        Projections right, @Nullable Object[] arguments, ChangedProvider.Right proceed)
        throws Throwable;
  }

  private static FaultMutant alone(String name, String rules, String what, Alone way) {
    return mutant(
        name,
        rules,
        what,
        right ->
            calls(
                right,
                (projections, arguments, proceed) ->
                    arguments.length == 2 && arguments[0] instanceof UpdateProjection update
                        ? way.update(projections, update, (Fence) arguments[1])
                        : proceed.call()));
  }

  private static FaultMutant ofCallers(String name, String rules, String what, OfCallers way) {
    return mutant(
        name,
        rules,
        what,
        right ->
            calls(
                right,
                (projections, arguments, proceed) -> {
                  if (arguments.length == 3
                      && arguments[0] instanceof Connection connection
                      && arguments[1] instanceof UpdateProjection update) {
                    try {
                      return way.update(projections, connection, update, (Fence) arguments[2]);
                    } catch (SQLException e) {
                      throw new StoreFailure("update", "of the mutant", e);
                    }
                  }
                  return proceed.call();
                }));
  }

  private static Projections remembering(Projections right) {
    AtomicReference<@Nullable StoreContention> failure = new AtomicReference<>();
    return calls(
        right,
        (projections, arguments, proceed) -> {
          StoreContention before = failure.get();
          if (before != null) {
            throw before;
          }
          try {
            return proceed.call();
          } catch (StoreContention busy) {
            failure.set(busy);
            throw busy;
          }
        });
  }

  private static Projections calls(Projections right, Call call) {
    return (Projections)
        Proxy.newProxyInstance(
            ProjectionMutants.class.getClassLoader(),
            new Class<?>[] {Projections.class},
            (self, method, arguments) ->
                call.of(
                    right,
                    arguments == null ? new @Nullable Object[0] : arguments,
                    () -> {
                      try {
                        return method.invoke(right, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                      }
                    }));
  }

  private static FaultMutant mutant(
      String name, String rules, String what, UnaryOperator<Projections> change) {
    return new FaultMutant(
        name,
        rules,
        what,
        () ->
            NamedFixture.withStores(
                new SqliteFixture(),
                ChangedProvider.handles(right -> {
                  Optional<Projections> changed = right.capability(Projections.class).map(change);
                  return ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) ->
                          argument == Projections.class ? changed : proceed.call());
                })));
  }
}
