// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.runtime.Orchestration;
import dev.holdfast.spring.ActivityBean;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The durable code that the beans of an application have. Looked for when it is asked for. */
public final class CodeOfBeans {

  private final ConfigurableListableBeanFactory factory;
  private final ObjectProvider<Orchestration<?, ?>> orchestrations;
  private final ObjectProvider<ActivityBean<?, ?>> activities;

  /**
   * Creates it.
   *
   * @param factory has beans with methods that are activities
   * @param orchestrations beans that are orchestrations
   * @param activities beans that are activities
   */
  public CodeOfBeans(
      ConfigurableListableBeanFactory factory,
      ObjectProvider<Orchestration<?, ?>> orchestrations,
      ObjectProvider<ActivityBean<?, ?>> activities) {
    this.factory = factory;
    this.orchestrations = orchestrations;
    this.activities = activities;
  }

  /** {@return those with code; a reference is for those who start it} */
  public List<Orchestration<?, ?>> orchestrations() {
    return orchestrations
        .orderedStream()
        .filter(orchestration -> orchestration.function().isPresent())
        .toList();
  }

  /** {@return beans and methods of beans} */
  public List<ActivityBean<?, ?>> activities() {
    return Stream.concat(activities.orderedStream(), ActivityMethods.in(factory).stream()).toList();
  }
}
