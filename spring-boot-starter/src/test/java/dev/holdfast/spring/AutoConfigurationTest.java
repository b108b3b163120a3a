// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import static dev.holdfast.spring.Orders.PROCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.spring.Orders.Order;
import dev.holdfast.spring.autoconfigure.HoldfastAutoConfiguration;
import dev.holdfast.spring.autoconfigure.HoldfastHealthAutoConfiguration;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** What an application gets, by its properties and beans. */
class AutoConfigurationTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Order ORDER = new Order("order-1", List.of("cup", "plate"));

  @TempDir private Path dir;

  private ApplicationContextRunner application() {
    return new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                HoldfastAutoConfiguration.class, HoldfastHealthAutoConfiguration.class));
  }

  private String url() {
    return "holdfast.url=sqlite:" + dir.resolve("orders.db");
  }

  @Test
  void beansWorkTellListenersAndAreRunAgainWhenTheContextIs() {
    Collection<Work> seen = new ConcurrentLinkedQueue<>();
    AtomicReference<Provider> store = new AtomicReference<>();
    application()
        .withPropertyValues(url(), "holdfast.worker.max-concurrent-turns=2")
        .withUserConfiguration(Orders.class)
        .withBean(WorkerListener.class, () -> listener(seen))
        .run(context -> {
          HoldfastClient client = context.getBean(HoldfastClient.class);
          client.start(PROCESS, "order-1", ORDER);
          assertThat(client.await(PROCESS, "order-1", PATIENCE)).isEqualTo("2 articles");
          assertThat(seen).isNotEmpty();

          context.getSourceApplicationContext().stop();
          assertThatThrownBy(context.getBean(HoldfastWorker.class)::holdfast)
              .hasMessageContaining("the worker is not running");
          client.start(PROCESS, "order-2", ORDER);
          assertThat(client.status("order-2").state()).isEqualTo(InstanceState.PENDING);

          context.getSourceApplicationContext().start();
          assertThat(client.await(PROCESS, "order-2", PATIENCE)).isEqualTo("2 articles");
          store.set(context.getBean(Provider.class));
        });
    assertThatThrownBy(() -> store.get().describeInstance("order-1"))
        .isInstanceOf(ProviderError.InvalidRequest.class);
  }

  private static WorkerListener listener(Collection<Work> seen) {
    return new WorkerListener() {
      @Override
      public void ended(Work work, boolean stored, Duration took) {
        seen.add(work);
      }
    };
  }

  @Test
  void aClientDoesNotWork() {
    application()
        .withPropertyValues(url(), "holdfast.worker.enabled=false")
        .withUserConfiguration(Orders.class)
        .run(context -> {
          assertThat(context).doesNotHaveBean(HoldfastWorker.class);
          HoldfastClient client = context.getBean(HoldfastClient.class);
          client.start(PROCESS, "order-1", ORDER);
          assertThat(client.status("order-1").state()).isEqualTo(InstanceState.PENDING);
        });
  }

  @Test
  void aBeanThatTracesIsTakenByTheClientWithAndWithoutAWorker() {
    Collection<Traced> seen = new ConcurrentLinkedQueue<>();
    application()
        .withPropertyValues(url(), "holdfast.worker.enabled=false")
        .withUserConfiguration(Orders.class)
        .withBean(Tracing.class, () -> tracing(seen))
        .run(context -> context.getBean(HoldfastClient.class).start(PROCESS, "order-1", ORDER));
    assertThat(seen).containsExactly(new Traced.Start(PROCESS.name(), "order-1"));
    application()
        .withPropertyValues(url())
        .withUserConfiguration(Orders.class)
        .withBean(Tracing.class, () -> tracing(seen))
        .run(context -> context.getBean(HoldfastClient.class).await(PROCESS, "order-1", PATIENCE));
    assertThat(seen).hasAtLeastOneElementOfType(Traced.Turn.class);
  }

  private static Tracing tracing(Collection<Traced> seen) {
    return new Tracing() {
      @Override
      public String current() {
        return "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      }

      @Override
      public Span begin(Traced what, String parent) {
        seen.add(what);
        return new Span() {
          @Override
          public String context() {
            return current();
          }

          @Override
          public String traceId() {
            return "0af7651916cd43dd8448eb211c80319c";
          }

          @Override
          public Scope enter() {
            return () -> {};
          }

          @Override
          public void end(String error) {}

          @Override
          public void discard() {}
        };
      }
    };
  }

  @Test
  void theStoreIsInTheDataSourceOfTheApplication() {
    String jdbc = "jdbc:sqlite:" + dir.resolve("orders.db") + "?transaction_mode=IMMEDIATE";
    application()
        .withBean(DataSource.class, () -> new DriverManagerDataSource(jdbc))
        .withUserConfiguration(Orders.class)
        .run(context ->
            context
                .getBean(HoldfastClient.class)
                .raise("order-1", "paid", true, RaiseOptions.defaults().waitingForStart()));
    assertThat(dir.resolve("orders.db")).isNotEmptyFile();
    application()
        .withPropertyValues(url(), "holdfast.schema-mode=check-only")
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void ofSeveralDataSourcesTheMarkedOneHasTheStore() {
    application()
        .withPropertyValues("dir=" + dir)
        .withUserConfiguration(SeveralDataSources.class)
        .run(context ->
            context
                .getBean(HoldfastClient.class)
                .raise("order-1", "paid", true, RaiseOptions.defaults().waitingForStart()));
    application()
        .withPropertyValues(
            "holdfast.url=sqlite:" + dir.resolve("marked.db"), "holdfast.schema-mode=check-only")
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(dir.resolve("plain.db")).doesNotExist();
  }

  @Configuration(proxyBeanMethods = false)
  static class SeveralDataSources {

    @Bean
    DataSource plain(@Value("${dir}") String dir) {
      return new DriverManagerDataSource("jdbc:sqlite:" + dir + "/plain.db");
    }

    @Bean
    @HoldfastDataSource
    DataSource marked(@Value("${dir}") String dir) {
      return new DriverManagerDataSource("jdbc:sqlite:" + dir + "/marked.db");
    }
  }

  @Test
  void anApplicationWithoutAStoreIsToldWhatToSet() {
    application()
        .run(context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("Set holdfast.url")
                .hasMessageContaining("@HoldfastDataSource"));
  }

  @Test
  void aWorkerOfTheApplicationTakesThePlaceOfAll() {
    application()
        .withBean(
            Holdfast.class,
            () ->
                Holdfast.builder("sqlite:" + dir.resolve("own.db")).orchestration(PROCESS).start())
        .run(context -> {
          assertThat(context).doesNotHaveBean(Provider.class);
          assertThat(context.getBean(HoldfastClient.class))
              .isSameAs(context.getBean(Holdfast.class).client());
        });
  }

  @Test
  void enginesEndBeforeTheStoreInTheReverseOrder() {
    Collection<String> happened = new ConcurrentLinkedQueue<>();
    application()
        .withPropertyValues(url())
        .withBean("first", HoldfastEngine.class, () -> engine("first", happened))
        .withBean("second", HoldfastEngine.class, () -> engine("second", happened))
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(happened)
        .containsExactly("first starts", "second starts", "second ends", "first ends");
  }

  private static HoldfastEngine engine(String name, Collection<String> happened) {
    return provider -> {
      happened.add(name + " starts");
      return () -> {
        provider.describeInstance("order-1"); // refused by a store that is closed
        happened.add(name + " ends");
      };
    };
  }

  @Test
  void healthIsThatOfTheStoreInBoot3() {
    application()
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
        .withPropertyValues(url())
        .run(context -> {
          var health =
              context.getBean(org.springframework.boot.actuate.health.HealthIndicator.class);
          assertThat(health.health().getStatus().getCode()).isEqualTo("UP");
          assertThat(health.health().getDetails())
              .containsEntry("store", "sqlite")
              .containsEntry("worker", "running");

          context.getBean(Provider.class).close();
          assertThat(health.health().getStatus().getCode()).isEqualTo("DOWN");
        });
  }

  @Test
  void healthIsThatOfTheStoreInBoot4() {
    application()
        .withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
        .withPropertyValues(url(), "holdfast.worker.enabled=false")
        .run(context -> {
          var health =
              context.getBean(org.springframework.boot.health.contributor.HealthIndicator.class);
          var up = Objects.requireNonNull(health.health());
          assertThat(up.getStatus().getCode()).isEqualTo("UP");
          assertThat(up.getDetails())
              .containsEntry("store", "sqlite")
              .containsEntry("worker", "none");

          context.getBean(Provider.class).close();
          var down = Objects.requireNonNull(health.health());
          assertThat(down.getStatus().getCode()).isEqualTo("DOWN");
        });
  }

  @Test
  void nothingIsThereWhereItIsSwitchedOff() {
    application()
        .withPropertyValues("holdfast.enabled=false")
        .run(context ->
            assertThat(context)
                .doesNotHaveBean(HoldfastClient.class)
                .doesNotHaveBean("holdfastHealthIndicator"));
  }
}
