// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Misconfigured;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding a provider: one or a clear answer why not. */
class ProvidersTest {

  @TempDir Path directory;

  /** Accepts red: URLs. */
  public static final class Red implements ProviderFactory {
    @Override
    public String id() {
      return "red";
    }

    @Override
    public boolean accepts(ProviderConfig config) {
      return Objects.requireNonNullElse(config.location(), "").startsWith("red:");
    }

    @Override
    public Provider open(ProviderConfig config) {
      throw new Misconfigured("open", "red is for tests of the lookup only");
    }
  }

  /** Accepts red: URLs too. */
  public static final class Crimson implements ProviderFactory {
    @Override
    public String id() {
      return "crimson";
    }

    @Override
    public boolean accepts(ProviderConfig config) {
      return Objects.requireNonNullElse(config.location(), "").startsWith("red:");
    }

    @Override
    public Provider open(ProviderConfig config) {
      throw new Misconfigured("open", "crimson is for tests of the lookup only");
    }
  }

  private ClassLoader services(String... factories) throws IOException {
    Path services = directory.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.write(services.resolve(ProviderFactory.class.getName()), List.of(factories));
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, ProvidersTest.class.getClassLoader());
  }

  private static final ProviderConfig RED = ProviderConfig.url("red:thing").build();

  @Test
  void findsTheOneThatAccepts() throws IOException {
    ClassLoader loader = services(Red.class.getName());
    assertThat(Providers.find(RED, loader).id()).isEqualTo("red");
  }

  @Test
  void noneOnTheClassPathSaysWhatToAdd() throws IOException {
    ClassLoader loader = services();
    assertThatThrownBy(() -> Providers.find(RED, loader))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll("no provider on the class path", "red:thing");
  }

  @Test
  void noneThatAcceptsListsEveryCandidateWithItsOrigin() throws IOException {
    ClassLoader loader = services(Red.class.getName(), Crimson.class.getName(), "no.such.Factory");
    ProviderConfig blue = ProviderConfig.url("blue:thing").build();
    assertThatThrownBy(() -> Providers.find(blue, loader))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll(
            "blue:thing",
            "red (",
            "crimson (",
            Red.class.getName(),
            "test-classes",
            "no.such.Factory");
  }

  @Test
  void twoThatAcceptAreNeverGuessedBetween() throws IOException {
    ClassLoader loader = services(Red.class.getName(), Crimson.class.getName());
    assertThatThrownBy(() -> Providers.find(RED, loader))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll("2 providers", "red (", "crimson (", "provider(id)");
    ProviderConfig chosen = ProviderConfig.url("red:thing").provider("crimson").build();
    assertThat(Providers.find(chosen, loader).id()).isEqualTo("crimson");
  }

  @Test
  void optionsComeFromTheUrlAndFromCalls() {
    ProviderConfig config =
        ProviderConfig.url("red:thing?a=1&b=two=2").option("c", "3").option("a", "4").build();
    assertThat(config.location()).isEqualTo("red:thing");
    assertThat(config.options())
        .containsEntry("a", "4")
        .containsEntry("b", "two=2")
        .containsEntry("c", "3");
  }

  @Test
  void malformedUrlsAreRefused() {
    assertThatThrownBy(() -> ProviderConfig.url(" ")).isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> ProviderConfig.url("red:x?novalue"))
        .isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> ProviderConfig.url("red:x?a=1&a=2"))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("twice");
  }

  @Test
  void secretsAreNotPrinted() {
    ProviderConfig config =
        ProviderConfig.url("postgres://app:s3cret@host/db?password=s3cret")
            .option("key", "s3cret")
            .build();
    assertThat(config.toString()).doesNotContain("s3cret").contains("host/db", "password", "key");
  }
}
