// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OrchestrationAck} says about instance and execution, computed by the runtime so
 * that a provider never reads an event to find it. Whatever is absent stays as it is stored.
 *
 * <p>The first ack whose metadata has a name creates the instance row (CREATE-02); metadata without
 * a name creates none (CREATE-05). Built with {@link #builder()}; immutable.
 */
public final class ExecutionMetadata {

  private static final ExecutionMetadata NONE = builder().build();

  private final @Nullable String name;
  private final @Nullable String version;
  private final @Nullable String parentInstanceId;
  private final @Nullable ExecutionStatus status;
  private final @Nullable Payload output;
  private final @Nullable RuntimeVersion runtimeVersion;
  private final CustomStatusChange customStatus;
  private final List<KeyValueMutation> keyValues;

  private ExecutionMetadata(Builder builder) {
    name = Checks.optionalIdentifier("ExecutionMetadata", "name", builder.name);
    version = Checks.optionalVersion("ExecutionMetadata", builder.version);
    parentInstanceId =
        Checks.optionalIdentifier(
            "ExecutionMetadata", "parentInstanceId", builder.parentInstanceId);
    if (version != null && name == null) {
      throw new InvalidRequest("ExecutionMetadata", "version is given without a name; give both");
    }
    status = builder.status;
    output = builder.output;
    runtimeVersion = builder.runtimeVersion;
    customStatus = builder.customStatus;
    keyValues = List.copyOf(builder.keyValues);
  }

  /** {@return metadata in which everything is absent} */
  public static ExecutionMetadata none() {
    return NONE;
  }

  /** {@return a new builder in which everything is absent} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The orchestration's name; creates the instance row, or replaces the stored name (CREATE-11).
   *
   * @return the name, null to leave it alone
   */
  public @Nullable String name() {
    return name;
  }

  /**
   * The orchestration's version; wins over the start message's (CREATE-02).
   *
   * @return the version, null to leave it alone
   */
  public @Nullable String version() {
    return version;
  }

  /**
   * The parent; stored with the row at the ack that creates it and never changed afterwards
   * (CREATE-10). This is the only source of the link: a provider does not take it from {@link
   * ExecutionStart#parentInstanceId()} of a start message, which may be one of several or may have
   * come for an instance that exists, and absent here means a root whatever the start said.
   *
   * @return the parent's instance id, null for a root
   */
  public @Nullable String parentInstanceId() {
    return parentInstanceId;
  }

  /**
   * The status of the acked execution (MULTI-07).
   *
   * @return the status, null to leave it alone
   */
  public @Nullable ExecutionStatus status() {
    return status;
  }

  /**
   * The output of the acked execution.
   *
   * @return the output, null to leave it alone
   */
  public @Nullable Payload output() {
    return output;
  }

  /**
   * The runtime version to pin the acked execution to; needs {@link Feature#VERSION_FILTER}
   * (VERSION-12).
   *
   * @return the pin, null to leave it alone
   */
  public @Nullable RuntimeVersion runtimeVersion() {
    return runtimeVersion;
  }

  /**
   * What becomes of the custom status.
   *
   * @return the change, {@link CustomStatusChange.Keep} when not said otherwise
   */
  public CustomStatusChange customStatus() {
    return customStatus;
  }

  /**
   * Changes to the key-values, in order.
   *
   * @return the mutations, possibly none
   */
  public List<KeyValueMutation> keyValues() {
    return keyValues;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExecutionMetadata that
        && Objects.equals(name, that.name)
        && Objects.equals(version, that.version)
        && Objects.equals(parentInstanceId, that.parentInstanceId)
        && status == that.status
        && Objects.equals(output, that.output)
        && Objects.equals(runtimeVersion, that.runtimeVersion)
        && customStatus.equals(that.customStatus)
        && keyValues.equals(that.keyValues);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        name, version, parentInstanceId, status, output, runtimeVersion, customStatus, keyValues);
  }

  /** {@return the parts that are present; payloads appear by size only} */
  @Override
  public String toString() {
    return "ExecutionMetadata[name=%s, version=%s, parentInstanceId=%s, status=%s, output=%s, runtimeVersion=%s, customStatus=%s, keyValues=%s]"
        .formatted(
            name,
            version,
            parentInstanceId,
            status,
            output,
            runtimeVersion,
            customStatus,
            keyValues);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private @Nullable String name;
    private @Nullable String version;
    private @Nullable String parentInstanceId;
    private @Nullable ExecutionStatus status;
    private @Nullable Payload output;
    private @Nullable RuntimeVersion runtimeVersion;
    private CustomStatusChange customStatus = CustomStatusChange.keep();
    private final List<KeyValueMutation> keyValues = new ArrayList<>();

    private Builder() {}

    /**
     * Sets the orchestration's name.
     *
     * @param name the name, null for absent
     * @return this
     */
    public Builder name(@Nullable String name) {
      this.name = name;
      return this;
    }

    /**
     * Sets the orchestration's version; only together with a name.
     *
     * @param version the version, null for absent
     * @return this
     */
    public Builder version(@Nullable String version) {
      this.version = version;
      return this;
    }

    /**
     * Sets the parent.
     *
     * @param parentInstanceId the parent's instance id, null for absent
     * @return this
     */
    public Builder parentInstanceId(@Nullable String parentInstanceId) {
      this.parentInstanceId = parentInstanceId;
      return this;
    }

    /**
     * Sets the status of the acked execution.
     *
     * @param status the status, null for absent
     * @return this
     */
    public Builder status(@Nullable ExecutionStatus status) {
      this.status = status;
      return this;
    }

    /**
     * Sets the output of the acked execution.
     *
     * @param output the output, null for absent
     * @return this
     */
    public Builder output(@Nullable Payload output) {
      this.output = output;
      return this;
    }

    /**
     * Pins the acked execution to a runtime version.
     *
     * @param runtimeVersion the version, null for absent
     * @return this
     */
    public Builder runtimeVersion(@Nullable RuntimeVersion runtimeVersion) {
      this.runtimeVersion = runtimeVersion;
      return this;
    }

    /**
     * Sets what becomes of the custom status.
     *
     * @param change the change
     * @return this
     */
    public Builder customStatus(CustomStatusChange change) {
      this.customStatus = Objects.requireNonNull(change, "change");
      return this;
    }

    /**
     * Appends a change to the key-values.
     *
     * @param mutation the change
     * @return this
     */
    public Builder keyValue(KeyValueMutation mutation) {
      keyValues.add(Objects.requireNonNull(mutation, "mutation"));
      return this;
    }

    /**
     * Builds the metadata.
     *
     * @return the metadata
     * @throws InvalidRequest when an identifier is not well formed, or a version comes without a
     *     name (CREATE-05)
     */
    public ExecutionMetadata build() {
      return new ExecutionMetadata(this);
    }
  }
}
