// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.application;

import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.store.Store;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.application.EventSourcedApplication;
import dev.holdfast.streams.projection.Projector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The code of an application, on a store. Not thread-safe. */
public final class Application implements AutoCloseable {

  private final URLClassLoader loader;
  private final List<EventSourcing> opened = new ArrayList<>();
  private final Map<String, Repository<?, ?, ?>> repositories = new TreeMap<>();
  private final Map<String, Projector<?, ?>> projectors = new TreeMap<>();

  private Application(URLClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Loads applications and joins them with a store.
   *
   * @param code where they are
   * @param store the store
   * @param tenant whose streams are meant
   * @return the applications, to be closed by the caller
   * @throws Refusal when there is none, or one cannot be made
   */
  static Application open(List<URL> code, Store store, TenantOption tenant) {
    store.eventStreams();
    Application application =
        new Application(
            new URLClassLoader(
                code.toArray(URL[]::new), EventSourcedApplication.class.getClassLoader()));
    try {
      application.load(store, tenant);
      return application;
    } catch (ServiceConfigurationError e) {
      application.close();
      throw Refusal.badInput("the application in --app cannot be made: " + reason(e));
    } catch (LinkageError e) {
      application.close();
      throw Refusal.badInput(
          "the application needs what no jar has (%s); give those that it needs with --app too"
              .formatted(e));
    } catch (RuntimeException e) {
      application.close();
      throw e;
    }
  }

  private static String reason(ServiceConfigurationError e) {
    Throwable cause = e.getCause();
    return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause;
  }

  private void load(Store store, TenantOption tenant) {
    // Code that looks for its own classes and resources finds them as in its own process.
    Thread.currentThread().setContextClassLoader(loader);
    boolean any = false;
    for (EventSourcedApplication found :
        ServiceLoader.load(EventSourcedApplication.class, loader)) {
      any = true;
      EventSourcing all = found.events(store.provider());
      opened.add(all);
      EventSourcing events = tenant.view(all);
      for (Aggregate<?, ?, ?> aggregate : found.aggregates()) {
        once("aggregate", aggregate.category(), repositories, events.repository(aggregate));
      }
      for (Projector<?, ?> projector : found.projectors(events)) {
        once("projection", projector.projection().name(), projectors, projector);
      }
    }
    if (!any) {
      throw Refusal.badInput(
          "no application in --app: a jar has to name one in META-INF/services/%s"
              .formatted(EventSourcedApplication.class.getName()));
    }
  }

  private static <T> void once(String what, String name, Map<String, T> known, T one) {
    if (known.put(name, one) != null) {
      throw Refusal.badInput("the applications in --app have two %ss \"%s\"".formatted(what, name));
    }
  }

  /** {@return the streams of the aggregates, by category} */
  public Collection<Repository<?, ?, ?>> repositories() {
    return repositories.values();
  }

  /** {@return the projections, by name} */
  public Collection<Projector<?, ?>> projectors() {
    return projectors.values();
  }

  /** {@return whether there is an aggregate of that category} */
  public boolean hasRepository(String category) {
    return repositories.containsKey(category);
  }

  /** {@return whether there is a projection of that name} */
  public boolean hasProjector(String name) {
    return projectors.containsKey(name);
  }

  /**
   * Returns the streams of an aggregate.
   *
   * @param category the category
   * @return the streams
   * @throws Refusal when there is none
   */
  public Repository<?, ?, ?> repository(String category) {
    return of("aggregate", "aggregates", category, repositories);
  }

  /**
   * Returns a projection.
   *
   * @param name its name
   * @return the projection
   * @throws Refusal when there is none
   */
  public Projector<?, ?> projector(String name) {
    return of("projection", "projections", name, projectors);
  }

  /**
   * Folds the state that a stream had behind one of its events.
   *
   * @param stream the stream, as it is stored
   * @param version the version of that event
   * @return the state as the application writes it, empty when it has no such aggregate, or the
   *     stream is not of the tenant that is meant
   */
  public Optional<Payload> state(StreamId stream, long version) {
    for (Repository<?, ?, ?> repository : repositories.values()) {
      if (repository.stream(stream.id()).equals(stream)) {
        return Optional.of(state(repository, stream.id(), version));
      }
    }
    return Optional.empty();
  }

  private static <S> Payload state(Repository<S, ?, ?> repository, String id, long version) {
    S state = repository.replay(id).until(version).run().state();
    return repository.aggregate().writeState(state);
  }

  private static <T> T of(String one, String many, String name, Map<String, T> known) {
    T found = known.get(name);
    if (found == null) {
      throw Refusal.badInput(
          "the application has no %s \"%s\"; its %s are: %s"
              .formatted(
                  one, name, many, known.isEmpty() ? "none" : String.join(", ", known.keySet())));
    }
    return found;
  }

  @Override
  public void close() {
    Thread.currentThread().setContextClassLoader(Application.class.getClassLoader());
    opened.forEach(EventSourcing::close);
    try {
      loader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
