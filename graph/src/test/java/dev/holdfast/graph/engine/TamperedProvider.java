// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepPage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A provider through which everything passes that a broken engine writes and reads. */
final class TamperedProvider {

  private final Provider inner;
  private final Tampering tampering;

  private TamperedProvider(Provider inner, Tampering tampering) {
    this.inner = inner;
    this.tampering = tampering;
  }

  static Provider of(Provider inner, Tampering tampering) {
    return tampering.equals(Tampering.NONE)
        ? inner
        : new TamperedProvider(inner, tampering).proxy(Provider.class, inner);
  }

  /** The rows of the store, as they are. */
  StateTables rows() {
    return inner.capability(StateTables.class).orElseThrow();
  }

  private <T> T proxy(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Object[] passed = new Object[arguments == null ? 0 : arguments.length];
              for (int i = 0; i < passed.length; i++) {
                passed[i] = written(arguments[i]);
              }
              try {
                return seen(method.invoke(target, passed));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private @Nullable Object written(@Nullable Object argument) {
    return switch (argument) {
      case OrchestrationAck ack -> tampering.turn(ack);
      case ActivityAck ack -> tampering.end(ack);
      case OrchestratorMessage message -> tampering.sent(message);
      case List<?> list when isAll(list, Change.class) ->
          tampering.alone(list.stream().map(Change.class::cast).toList());
      case List<?> list
          when isAll(list, OrchestrationAck.class) || isAll(list, ActivityAck.class) ->
          list.stream().map(this::written).toList();
      case null -> null;
      default -> argument;
    };
  }

  private static boolean isAll(Collection<?> list, Class<?> type) {
    return !list.isEmpty() && list.stream().allMatch(type::isInstance);
  }

  private @Nullable Object seen(@Nullable Object result) {
    return switch (result) {
      case List<?> list when isAll(list, OrchestrationItem.class) ->
          list.stream().map(item -> given((OrchestrationItem) item)).toList();
      case Optional<?> found when found.isPresent() -> Optional.of(seenInside(found.get()));
      case StepPage page ->
          new StepPage(
              page.runs(),
              page.steps().stream().map(tampering::read).toList(),
              page.nextPageToken());
      case null -> null;
      default -> result;
    };
  }

  private Object seenInside(Object found) {
    return switch (found) {
      case Run run -> tampering.read(run);
      case StateTables tables -> proxy(StateTables.class, tables);
      case dev.holdfast.provider.Changes changes ->
          proxy(dev.holdfast.provider.Changes.class, changes);
      default -> found;
    };
  }

  private OrchestrationItem given(OrchestrationItem item) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        item.messages().stream().map(message -> tampering.given(message, this)).toList(),
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }
}
