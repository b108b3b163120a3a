// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.CallersConnections;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.fixture.LesserUser;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WriterHold;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Stands between the kit and a fixture with all its parts, and makes what they throw a {@link
 * FixtureProblem} that says which part failed in which call. Without it such an exception looks
 * like one of the provider. Opening a handle is left alone: what it throws may well be the
 * provider's. Thread-safe.
 */
public final class FixtureGuard {
  private static final Map<Class<?>, String> PARTS =
      Map.ofEntries(
          Map.entry(TckFixture.class, "the fixture itself"),
          Map.entry(TestStore.class, "the test store"),
          Map.entry(StorePlace.class, "the place for stores"),
          Map.entry(TimeControl.class, "the time control"),
          Map.entry(TimeControl.SetBack.class, "the control that sets the clock back"),
          Map.entry(WhiteBox.class, "the white box"),
          Map.entry(SchemaBox.class, "the schema box"),
          Map.entry(StoreSwitch.class, "the store switch"),
          Map.entry(FaultInjection.class, "the fault injection"),
          Map.entry(StatementCounter.class, "the statement counter"),
          Map.entry(PlanReader.class, "the reader of plans"),
          Map.entry(WriterHold.class, "the hold on writers"),
          Map.entry(WriterHold.Held.class, "what the hold on writers has taken"),
          Map.entry(CommitHold.class, "the hold on commits"),
          Map.entry(CommitHold.Held.class, "what the hold on commits has taken"),
          Map.entry(CallersConnections.class, "the connections of a caller"),
          Map.entry(LesserUser.class, "the user with fewer rights"));
  private static final Set<String> OPENING = Set.of("open", "openWithClientClock");

  private final Consumer<FixtureProblem> listener;

  private FixtureGuard(Consumer<FixtureProblem> listener) {
    this.listener = listener;
  }

  /**
   * A fixture behind a guard.
   *
   * @param fixture the fixture as its author wrote it
   * @param listener hears of each problem when it happens, also where the caller swallows it
   */
  public static TckFixture of(TckFixture fixture, Consumer<FixtureProblem> listener) {
    return new FixtureGuard(listener).guarded(TckFixture.class, fixture);
  }

  private <T> T guarded(Class<T> part, T target) {
    return part.cast(
        Proxy.newProxyInstance(
            part.getClassLoader(), new Class<?>[] {part}, new Guarded(part, target)));
  }

  /** One part behind the guard. */
  private final class Guarded implements InvocationHandler {
    private final Class<?> part;
    private final Object target;

    Guarded(Class<?> part, Object target) {
      this.part = part;
      this.target = target;
    }

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      if (method.getDeclaringClass() == Object.class) {
        return ofObject(target, method, arguments);
      }
      try {
        return withGuardedParts(method, method.invoke(target, arguments));
      } catch (InvocationTargetException e) {
        throw judged(part, target, method, arguments, e.getCause() == null ? e : e.getCause());
      }
    }
  }

  private static @Nullable Object ofObject(
      Object target, Method method, @Nullable Object @Nullable [] arguments)
      throws ReflectiveOperationException {
    if (arguments == null || !method.getName().equals("equals")) {
      return method.invoke(target, arguments);
    }
    return target.equals(unguarded(arguments[0]));
  }

  private static @Nullable Object unguarded(@Nullable Object value) {
    return value != null
            && Proxy.isProxyClass(value.getClass())
            && Proxy.getInvocationHandler(value) instanceof Guarded guarded
        ? guarded.target
        : value;
  }

  private @Nullable Object withGuardedParts(Method method, @Nullable Object answer) {
    if (answer instanceof Optional<?> optional) {
      return optional.map(value -> guardedIfPart(content(method.getGenericReturnType()), value));
    }
    return answer == null ? null : guardedIfPart(method.getReturnType(), answer);
  }

  private static Type content(Type optional) {
    return optional instanceof ParameterizedType type
        ? type.getActualTypeArguments()[0]
        : Object.class;
  }

  private Object guardedIfPart(Type type, Object value) {
    return type instanceof Class<?> part && PARTS.containsKey(part)
        ? guardedPart(part, value)
        : value;
  }

  private <T> T guardedPart(Class<T> part, Object value) {
    return guarded(part, part.cast(value));
  }

  private Throwable judged(
      Class<?> part,
      Object target,
      Method method,
      @Nullable Object @Nullable [] arguments,
      Throwable thrown) {
    boolean opening = OPENING.contains(method.getName());
    if (opening
        || thrown instanceof TestAbortedException
        || thrown instanceof VirtualMachineError) {
      return thrown;
    }
    FixtureProblem problem =
        thrown instanceof FixtureProblem already
            ? already
            : FixtureProblem.ofPart(
                PARTS.get(part) + " (" + target.getClass().getName() + ")",
                part.getSimpleName() + "." + method.getName(),
                arguments == null
                    ? ""
                    : Arrays.stream(arguments).map(Show::of).collect(Collectors.joining(", ")),
                thrown);
    listener.accept(problem);
    return problem;
  }
}
