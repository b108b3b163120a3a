// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.instrument.Show;
import dev.holdfast.tck.url.UrlFixture;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the one fixture of a run: the class that was named, or the stores of a URL, or the one that
 * {@link ServiceLoader} finds for the provider, or the stores that this provider makes by default.
 * Stateless.
 */
final class Fixtures {

  private Fixtures() {}

  /**
   * Finds the fixture.
   *
   * @param settings what was asked for
   * @return the fixture
   * @throws FixtureProblem when there is none, or more than one
   */
  static TckFixture find(RunSettings settings) {
    ClassLoader loader = loader();
    if (settings.fixture() != null) {
      return meant(settings.provider(), named(settings.fixture(), loader));
    }
    if (settings.url() != null) {
      return UrlFixture.of(settings.provider(), settings.url());
    }
    List<TckFixture> found =
        loaded(loader).stream().filter(fixture -> isMeant(settings.provider(), fixture)).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    if (found.isEmpty()) {
      return byDefault(settings.provider())
          .orElseThrow(() -> new FixtureProblem(none(settings.provider())));
    }
    throw new FixtureProblem(
        "More than one fixture was found: "
            + found.stream()
                .map(one -> one.getClass().getName())
                .sorted()
                .collect(Collectors.joining(", "))
            + ". Set "
            + RunSettings.FIXTURE
            + " to the class name of the one that is meant.");
  }

  private static Optional<TckFixture> byDefault(@Nullable String provider) {
    return provider == null ? Optional.empty() : UrlFixture.byDefault(provider);
  }

  private static String none(@Nullable String provider) {
    return "No fixture was found%s. Name one in META-INF/services/%s, or set %s to its class name, or %s to a URL."
        .formatted(
            provider == null ? "" : " for the provider \"" + provider + "\"",
            TckFixture.class.getName(),
            RunSettings.FIXTURE,
            RunSettings.URL);
  }

  private static boolean isMeant(@Nullable String provider, TckFixture fixture) {
    return provider == null || fixture.provider().id().equals(provider);
  }

  private static TckFixture meant(@Nullable String provider, TckFixture fixture) {
    if (!isMeant(provider, fixture)) {
      throw new FixtureProblem(
          "The fixture %s is for %s and not for \"%s\"."
              .formatted(fixture.getClass().getName(), fixture.provider(), provider));
    }
    return fixture;
  }

  private static List<TckFixture> loaded(ClassLoader loader) {
    List<TckFixture> found = new ArrayList<>();
    try {
      ServiceLoader.load(TckFixture.class, loader).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw new FixtureProblem("A fixture cannot be loaded: " + e.getMessage(), e);
    }
    return found;
  }

  private static TckFixture named(String className, ClassLoader loader) {
    try {
      return loader
          .loadClass(className)
          .asSubclass(TckFixture.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new FixtureProblem(
          "The fixture " + className + " cannot be created: " + Show.of(e.getCause()), e);
    } catch (LinkageError e) {
      throw new FixtureProblem("The fixture " + className + " cannot be loaded: " + Show.of(e), e);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new FixtureProblem(
          RunSettings.FIXTURE
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
