// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;

/** A class loader that finds certain factories as services, and no others. */
public final class SomeFactories extends ClassLoader {

  private static final String SERVICES = "META-INF/services/" + ProviderFactory.class.getName();

  private final String content;

  /**
   * Creates the loader, which finds classes as this thread does.
   *
   * @param factories the factories that it finds
   */
  public SomeFactories(List<Class<? extends ProviderFactory>> factories) {
    super(Thread.currentThread().getContextClassLoader());
    content = factories.stream().map(Class::getName).collect(Collectors.joining("\n"));
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (!name.equals(SERVICES)) {
      return super.getResources(name);
    }
    return Collections.enumeration(content.isEmpty() ? List.of() : List.of(services()));
  }

  private URL services() throws IOException {
    return URL.of(
        URI.create("kit:/services"),
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) {
            return new URLConnection(url) {
              @Override
              public void connect() {
                // There is nothing to connect to.
              }

              @Override
              public InputStream getInputStream() {
                return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
              }
            };
          }
        });
  }

  /** A factory that accepts every configuration and opens none. */
  public static final class AcceptsEverything implements ProviderFactory {

    /** Its id. */
    public static final String ID = "accepts-everything";

    /** For {@link java.util.ServiceLoader}. */
    public AcceptsEverything() {}

    @Override
    public String id() {
      return ID;
    }

    @Override
    public boolean accepts(ProviderConfig config) {
      return true;
    }

    @Override
    public Provider open(ProviderConfig config) {
      throw new UnsupportedOperationException("opens nothing");
    }
  }
}
