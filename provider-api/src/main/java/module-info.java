// SPDX-License-Identifier: Apache-2.0

/**
 * The Holdfast provider SPI: what a durable orchestration store must be able to do, and the values
 * that cross that border. It depends on nothing but the JDK and the JSpecify annotations.
 *
 * <p>Start at {@link dev.holdfast.provider.Provider}. Applications open one with {@link
 * dev.holdfast.provider.Providers#open(dev.holdfast.provider.ProviderConfig)}; authors of a new
 * store implement {@code Provider} and a {@link dev.holdfast.provider.ProviderFactory}.
 */
module dev.holdfast.provider {
  requires static org.jspecify;
  requires transitive java.sql;

  exports dev.holdfast.provider;
  exports dev.holdfast.provider.admin;
  exports dev.holdfast.provider.feature;
  exports dev.holdfast.provider.state;
  exports dev.holdfast.provider.stream;
  exports dev.holdfast.provider.support;

  uses dev.holdfast.provider.ProviderFactory;
}
