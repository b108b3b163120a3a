// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.TckFixture;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the one fixture of a run. Stateless. */
final class Fixtures {

  /** The configuration parameter, or system property, that names the fixture's class. */
  static final String PARAMETER = "tck.fixture";

  private Fixtures() {}

  /**
   * Finds the fixture.
   *
   * @param className the class that was asked for, null to look with {@link ServiceLoader}
   * @return the fixture
   * @throws FixtureProblem when there is none, or more than one
   */
  static TckFixture find(@Nullable String className) {
    ClassLoader loader = loader();
    if (className != null) {
      return named(className, loader);
    }
    List<ServiceLoader.Provider<TckFixture>> found =
        ServiceLoader.load(TckFixture.class, loader).stream().toList();
    if (found.size() == 1) {
      return found.get(0).get();
    }
    if (found.isEmpty()) {
      throw new FixtureProblem(
          "No fixture was found. Name one in META-INF/services/"
              + TckFixture.class.getName()
              + ", or set "
              + PARAMETER
              + " to its class name.");
    }
    throw new FixtureProblem(
        "More than one fixture was found: "
            + found.stream()
                .map(one -> one.type().getName())
                .sorted()
                .collect(Collectors.joining(", "))
            + ". Set "
            + PARAMETER
            + " to the class name of the one that is meant.");
  }

  private static TckFixture named(String className, ClassLoader loader) {
    try {
      return loader
          .loadClass(className)
          .asSubclass(TckFixture.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new FixtureProblem(
          PARAMETER
              + " names "
              + className
              + ", which is not a TckFixture with a public no-argument constructor on the class"
              + " path.",
          e);
    }
  }

  private static ClassLoader loader() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return context != null ? context : Fixtures.class.getClassLoader();
  }
}
