// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Finds and opens providers with {@link ServiceLoader}. Stateless and thread-safe: each call
 * searches again.
 *
 * <pre>{@code
 * try (Provider provider = Providers.open("sqlite:orders.db")) { ... }
 * }</pre>
 */
public final class Providers {

  private Providers() {}

  /**
   * Opens the one provider on the class path that accepts a URL.
   *
   * @param url the URL, such as {@code sqlite:orders.db}
   * @return a new handle, to be closed by the caller
   * @throws ProviderError as {@link #open(ProviderConfig)}
   */
  public static Provider open(String url) {
    return open(ProviderConfig.url(url).build());
  }

  /**
   * Opens the one provider on the class path that accepts a configuration.
   *
   * @param config the configuration
   * @return a new handle, to be closed by the caller
   * @throws Misconfigured when none or more than one accepts it, with the list of all candidates
   *     (SPI-03), or as {@link ProviderFactory#open}
   * @throws ProviderError.StoreUnavailable when the store cannot be reached
   */
  public static Provider open(ProviderConfig config) {
    return find(config).open(config);
  }

  /**
   * Finds the one factory that accepts a configuration, without opening anything. Searches with the
   * context class loader of the thread, and with the one that loaded this class when that finds
   * nothing.
   *
   * @param config the configuration
   * @return the factory
   * @throws Misconfigured when none or more than one accepts it, with the list of all candidates
   *     (SPI-03)
   */
  public static ProviderFactory find(ProviderConfig config) {
    List<Candidate> candidates = load(Thread.currentThread().getContextClassLoader());
    if (candidates.isEmpty()) {
      candidates = load(Providers.class.getClassLoader());
    }
    return choose(config, candidates);
  }

  /**
   * Finds the one factory that accepts a configuration, among those that a given class loader sees.
   *
   * @param config the configuration
   * @param loader the class loader to search with
   * @return the factory
   * @throws Misconfigured when none or more than one accepts it, with the list of all candidates
   *     (SPI-03)
   */
  public static ProviderFactory find(ProviderConfig config, ClassLoader loader) {
    return choose(config, load(loader));
  }

  private static ProviderFactory choose(ProviderConfig config, List<Candidate> candidates) {
    List<Candidate.Loaded> willing = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate instanceof Candidate.Loaded loaded && loaded.isMeantBy(config)) {
        willing.add(loaded);
      }
    }
    if (willing.size() == 1) {
      return willing.get(0).factory();
    }
    throw new Misconfigured(
        "open", willing.isEmpty() ? nobody(config, candidates) : several(config, willing));
  }

  private static String nobody(ProviderConfig config, List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return "no provider on the class path for %s; add one, such as holdfast-provider-sqlite"
          .formatted(config);
    }
    return "no provider accepts %s; add the one that does, or correct the URL. Candidates:%s"
        .formatted(config, list(candidates));
  }

  private static String several(ProviderConfig config, List<Candidate.Loaded> willing) {
    return "%d providers accept %s; choose one with ProviderConfig.Builder.provider(id). Candidates:%s"
        .formatted(willing.size(), config, list(willing));
  }

  private static String list(List<? extends Candidate> candidates) {
    return candidates.stream()
        .map(Candidate::describe)
        .sorted(Comparator.naturalOrder())
        .collect(Collectors.joining("\n  - ", "\n  - ", ""));
  }

  private static List<Candidate> load(ClassLoader loader) {
    List<Candidate> found = new ArrayList<>();
    Iterator<ServiceLoader.Provider<ProviderFactory>> services =
        ServiceLoader.load(ProviderFactory.class, loader).stream().iterator();
    while (true) {
      try {
        if (!services.hasNext()) {
          return found;
        }
        found.add(new Candidate.Loaded(services.next().get()));
      } catch (ServiceConfigurationError e) {
        // One broken entry must not hide the others; it is listed with its reason.
        found.add(new Candidate.Broken(String.valueOf(e.getMessage())));
      }
    }
  }

  /** What was found under the service type. */
  private sealed interface Candidate {

    String describe();

    /** A factory that could be loaded. */
    record Loaded(ProviderFactory factory) implements Candidate {

      boolean isMeantBy(ProviderConfig config) {
        return (config.providerId() == null || config.providerId().equals(factory.id()))
            && factory.accepts(config);
      }

      @Override
      public String describe() {
        return "%s (%s, from %s)".formatted(factory.id(), factory.getClass().getName(), origin());
      }

      private String origin() {
        CodeSource source = factory.getClass().getProtectionDomain().getCodeSource();
        if (source != null && source.getLocation() != null) {
          return source.getLocation().toString();
        }
        return "module " + factory.getClass().getModule().getName();
      }
    }

    /** An entry that could not be loaded. */
    record Broken(String reason) implements Candidate {
      @Override
      public String describe() {
        return "a factory that cannot be loaded: " + reason;
      }
    }
  }
}
