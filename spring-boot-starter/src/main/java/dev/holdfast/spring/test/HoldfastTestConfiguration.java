// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.test;

import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.spring.ActivityBean;
import dev.holdfast.spring.HoldfastTransactions;
import dev.holdfast.spring.internal.AfterCommit;
import dev.holdfast.spring.internal.CodeOfBeans;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** In place of the application's store and worker: those of the test that is under way. */
@Configuration(proxyBeanMethods = false)
class HoldfastTestConfiguration {

  @Bean
  CurrentTest holdfastCurrentTest(
      ConfigurableListableBeanFactory factory,
      ObjectProvider<Orchestration<?, ?>> orchestrations,
      ObjectProvider<ActivityBean<?, ?>> activities,
      ObjectProvider<DataConverter> converter) {
    return new CurrentTest(
        new CodeOfBeans(factory, orchestrations, activities), converter.getIfUnique());
  }

  @Bean(destroyMethod = "")
  @ConditionalOnMissingBean
  HoldfastClient holdfastClient(CurrentTest test) {
    return test.client();
  }

  /** There may be transactions. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(
      name = "org.springframework.transaction.support.TransactionSynchronizationManager")
  static class Transactions {

    @Bean
    @ConditionalOnMissingBean
    HoldfastTransactions holdfastTransactions(HoldfastClient client) {
      return new AfterCommit(client);
    }
  }
}
