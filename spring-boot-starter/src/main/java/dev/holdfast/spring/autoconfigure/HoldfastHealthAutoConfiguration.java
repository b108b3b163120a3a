// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.autoconfigure;

import dev.holdfast.provider.Provider;
import dev.holdfast.spring.HoldfastWorker;
import dev.holdfast.spring.internal.StoreCheck;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * The application's health includes whether the store can be reached. Boot 4 has moved the types of
 * health to another place: what fits is used. A bean named {@code holdfastHealthIndicator} takes
 * its place; {@code management.health.holdfast.enabled=false} switches it off.
 */
@AutoConfiguration(after = HoldfastAutoConfiguration.class)
@ConditionalOnBean(Provider.class)
@Conditional(HealthIsWanted.class)
public class HoldfastHealthAutoConfiguration {

  private static final String NAME = "holdfastHealthIndicator";

  /** Creates it; Spring does. */
  public HoldfastHealthAutoConfiguration() {}

  /** Boot 3.5. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.actuate.health.AbstractHealthIndicator")
  static class Boot3 {

    @Bean(NAME)
    @ConditionalOnMissingBean(name = NAME)
    Boot3Health holdfastHealth(Provider provider, ObjectProvider<HoldfastWorker> worker) {
      return new Boot3Health(new StoreCheck(provider, worker.getIfAvailable()));
    }
  }

  /** Boot 4. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = "org.springframework.boot.health.contributor.AbstractHealthIndicator")
  static class Boot4 {

    @Bean(NAME)
    @ConditionalOnMissingBean(name = NAME)
    Boot4Health holdfastHealth(Provider provider, ObjectProvider<HoldfastWorker> worker) {
      return new Boot4Health(new StoreCheck(provider, worker.getIfAvailable()));
    }
  }
}
