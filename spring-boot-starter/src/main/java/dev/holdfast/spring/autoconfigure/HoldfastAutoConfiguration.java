// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.autoconfigure;

import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.spring.ActivityBean;
import dev.holdfast.spring.HoldfastCustomizer;
import dev.holdfast.spring.HoldfastDataSource;
import dev.holdfast.spring.HoldfastEngine;
import dev.holdfast.spring.HoldfastProperties;
import dev.holdfast.spring.HoldfastTransactions;
import dev.holdfast.spring.HoldfastWorker;
import dev.holdfast.spring.internal.CodeOfBeans;
import dev.holdfast.spring.internal.SpringTransactions;
import dev.holdfast.spring.internal.StoreOfApplication;
import dev.holdfast.spring.internal.SwitchingClient;
import dev.holdfast.spring.internal.WorkerLifecycle;
import dev.holdfast.spring.internal.WorkerOfProperties;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.tracing.Tracing;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The store, the worker, the client and the transactions of an application. A bean of the
 * application takes the place of each; one of type {@link Holdfast} that of store and worker.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration", // 3.5
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration" // 4.0
    })
@ConditionalOnProperty(name = "holdfast.enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(HoldfastProperties.class)
public class HoldfastAutoConfiguration {

  /** Creates it; Spring does. */
  public HoldfastAutoConfiguration() {}

  /** The data source that is marked, or else the only or primary one; null for neither. */
  private static @Nullable DataSource chosen(
      ObjectProvider<DataSource> marked, ObjectProvider<DataSource> any) {
    DataSource dataSource = marked.getIfUnique();
    return dataSource == null ? any.getIfUnique() : dataSource;
  }

  private static HoldfastClient clientOn(
      Provider provider,
      ObjectProvider<DataConverter> converters,
      ObjectProvider<Tracing> tracings) {
    DataConverter converter = converters.getIfUnique(DataConverter::jackson);
    Tracing tracing = tracings.getIfUnique();
    return tracing == null
        ? HoldfastClient.on(provider, converter)
        : HoldfastClient.on(provider, converter, tracing);
  }

  /** The application has no worker of its own. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(Holdfast.class)
  static class OfProperties {

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    Provider holdfastProvider(
        HoldfastProperties properties,
        @HoldfastDataSource ObjectProvider<DataSource> marked,
        ObjectProvider<DataSource> any) {
      return StoreOfApplication.open(properties, chosen(marked, any));
    }

    @Bean
    SwitchingClient holdfastSwitchingClient(
        Provider provider,
        ObjectProvider<DataConverter> converter,
        ObjectProvider<Tracing> tracing) {
      HoldfastClient client = clientOn(provider, converter, tracing);
      return new SwitchingClient(() -> client);
    }

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    HoldfastClient holdfastClient(SwitchingClient client) {
      return client.client();
    }
  }

  /** It works, unless it is told to be a client only. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({Holdfast.class, HoldfastWorker.class})
  @ConditionalOnProperty(
      name = "holdfast.worker.enabled",
      havingValue = "true",
      matchIfMissing = true)
  static class Working {

    @Bean
    CodeOfBeans holdfastCode(
        ConfigurableListableBeanFactory factory,
        ObjectProvider<Orchestration<?, ?>> orchestrations,
        ObjectProvider<ActivityBean<?, ?>> activities) {
      return new CodeOfBeans(factory, orchestrations, activities);
    }

    @Bean
    HoldfastWorker holdfastWorker(
        HoldfastProperties properties,
        Provider provider,
        SwitchingClient client,
        CodeOfBeans code,
        ObjectProvider<DataConverter> converter,
        ObjectProvider<Tracing> tracing,
        ObjectProvider<WorkerListener> listeners,
        ObjectProvider<HoldfastCustomizer> customizers,
        ObjectProvider<HoldfastEngine> engines) {
      return new WorkerLifecycle(
          () -> {
            Holdfast.Builder builder = Holdfast.builder(provider).closeOnShutdown(false);
            WorkerOfProperties.set(properties.worker(), builder);
            WorkerOfProperties.register(code, builder);
            converter.ifUnique(builder::dataConverter);
            tracing.ifUnique(builder::tracing);
            listeners.orderedStream().forEach(builder::listener);
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return builder;
          },
          () -> engines.orderedStream().toList(),
          provider,
          client);
    }
  }

  /** The application has started a worker by itself. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnBean(Holdfast.class)
  static class OfApplication {

    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    HoldfastClient holdfastClient(Holdfast holdfast) {
      return holdfast.client();
    }
  }

  /** There may be transactions of Spring to join. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.jdbc.datasource.DataSourceUtils")
  @ConditionalOnBean(DataSource.class)
  static class Transactions {

    @Bean
    @ConditionalOnMissingBean
    HoldfastTransactions holdfastTransactions(
        HoldfastClient client,
        @HoldfastDataSource ObjectProvider<DataSource> marked,
        ObjectProvider<DataSource> any) {
      return new SpringTransactions(client, chosen(marked, any));
    }
  }
}
