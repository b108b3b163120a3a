// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * A feature that has calls of its own. A provider that declares the matching {@link Feature}
 * returns an instance of the interface from {@link Provider#capability}, the same one every time
 * (SPI-07). Implementations are thread-safe, and their calls fail like those of {@link Provider}.
 */
public interface Capability {}
