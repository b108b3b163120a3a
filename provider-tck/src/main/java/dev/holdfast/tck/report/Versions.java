// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestEngine;

/**
 * The versions of everything that takes part in a run.
 *
 * @param kit the conformance kit
 * @param spec the specification that the kit tests
 * @param spi the SPI on the class path
 * @param junit JUnit Jupiter and the JUnit Platform
 * @param jvm the Java virtual machine
 * @param os the operating system
 */
public record Versions(String kit, String spec, String spi, String junit, String jvm, String os) {

  private static final String FILE = "kit.properties";

  /**
   * The versions of this run.
   *
   * @return the versions
   */
  public static Versions current() {
    String kit = kitVersion();
    return new Versions(
        kit,
        ProviderInfo.SPEC_VERSION,
        of(Provider.class).orElse("unpackaged"),
        "Jupiter %s, Platform %s"
            .formatted(of(Test.class).orElse("?"), of(TestEngine.class).orElse("?")),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }

  private static Optional<String> of(Class<?> type) {
    return Optional.ofNullable(type.getPackage().getImplementationVersion());
  }

  private static String kitVersion() {
    Properties properties = new Properties();
    try (InputStream file = Versions.class.getResourceAsStream("/dev/holdfast/tck/" + FILE)) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
