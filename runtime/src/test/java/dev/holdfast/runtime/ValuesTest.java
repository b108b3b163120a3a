// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** What is accepted when it is encoded comes out as it went in, all the way through a store. */
class ValuesTest extends OnSqlite {

  private HoldfastClient client;

  private <T> T throughEverything(T value, TypeRef<T> type) throws Exception {
    Activity<T, T> echo = Activity.named("echo", type, type);
    Orchestration<T, T> child =
        Orchestration.named("child", type, type, (ctx, in) -> ctx.call(echo, in).await());
    Orchestration<T, T> parent =
        Orchestration.named(
            "parent",
            type,
            type,
            (ctx, in) -> {
              assertThat(ctx.event("e", type).await()).isEqualTo(in);
              T first = ctx.child(child, in).await();
              return ctx.executionId() == 1 ? ctx.continueAsNew(first) : first;
            });
    try (Holdfast worker =
        work(b ->
            b.orchestration(child)
                .orchestration(parent)
                .activity(echo, (actx, in) -> in)
                .cacheSize(0))) {
      client = worker.client();
      String id = "i" + System.nanoTime();
      client.start(parent, id, value);
      client.raise(id, "e", value);
      client.raise(id, "e", value);
      return client.await(parent, id, LONG);
    }
  }

  private <T> void assertThatItComesThrough(T value, TypeRef<T> type) throws Exception {
    assertThat(throughEverything(value, type)).isEqualTo(value);
  }

  @Test
  void momentsKeepTheirZoneAndOffset() throws Exception {
    ZonedDateTime twice = ZonedDateTime.of(2026, 10, 25, 2, 30, 0, 0, ZoneId.of("Europe/Berlin"));
    List<ZonedDateTime> zoned =
        List.of(
            twice,
            twice.withLaterOffsetAtOverlap(),
            twice.withZoneSameInstant(ZoneOffset.UTC),
            twice.withZoneSameInstant(ZoneId.of("UTC")),
            twice.withZoneSameInstant(ZoneOffset.ofHours(-3)));
    assertThatItComesThrough(zoned, new TypeRef<List<ZonedDateTime>>() {});
    assertThatItComesThrough(
        Map.of(twice, twice.toOffsetDateTime()),
        new TypeRef<Map<ZonedDateTime, OffsetDateTime>>() {});
    assertThatItComesThrough(
        OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHours(5)), new TypeRef<OffsetTime>() {});
  }

  @Test
  void numbersKeepEveryDigitAndTheirSign() throws Exception {
    assertThatItComesThrough(
        List.of(
            -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE, Double.MAX_VALUE, 1e22),
        new TypeRef<List<Double>>() {});
    assertThatItComesThrough(BigInteger.TEN.pow(1_500).negate(), new TypeRef<BigInteger>() {});
    assertThatItComesThrough(
        List.of(
            new BigDecimal("1.10"),
            new BigDecimal("0.000"),
            BigDecimal.ONE.scaleByPowerOfTen(200_000),
            BigDecimal.ONE.scaleByPowerOfTen(-200_000),
            new BigDecimal(BigInteger.TEN.pow(1_500), 700)),
        new TypeRef<List<BigDecimal>>() {});
    assertThatItComesThrough(
        Map.of(
            "a", (Object) Double.valueOf(-0.0), "b", Long.MIN_VALUE, "c", BigInteger.TEN.pow(50)),
        new TypeRef<Map<String, Object>>() {});
  }

  @Test
  void textsAndNamesOfAnyLengthAndContentComeThrough() throws Exception {
    assertThatItComesThrough(
        Map.of("k".repeat(50_001), 1, "", 2, "\"\\/\n\u0000\u2028é😀", 3),
        new TypeRef<Map<String, Integer>>() {});
    assertThatItComesThrough(
        List.of("x".repeat(3_000_000), "half \uD83D", "\uDE00\uD83D of one", "]}\", {[", ""),
        new TypeRef<List<String>>() {});
    assertThatThrownBy(() -> client.raise("y", "e", Map.of("\uD83D", "a")))
        .isInstanceOf(DataConversionException.class)
        .hasMessageContaining("half a character");
  }

  @Test
  void nestingGoesAsDeepAsItCanBeWritten() throws Exception {
    Object deep = List.of();
    for (int i = 1; i < 500; i++) {
      deep = i % 2 == 0 ? List.of(deep) : Map.of("k", deep);
    }
    assertThatItComesThrough(List.of(deep).getFirst(), new TypeRef<Object>() {});
    Object deeper = List.of(deep);
    assertThatThrownBy(() -> client.raise("y", "e", List.of(deeper)))
        .isInstanceOf(DataConversionException.class);
  }

  @Test
  void outputsOfPrimitiveTypesAreThere() throws Exception {
    assertThat(output(7, int.class)).isEqualTo(7);
    assertThat(output(7L, long.class)).isEqualTo(7L);
    assertThat(output((short) 7, short.class)).isEqualTo((short) 7);
    assertThat(output((byte) 7, byte.class)).isEqualTo((byte) 7);
    assertThat(output(1.5, double.class)).isEqualTo(1.5);
    assertThat(output(1.5f, float.class)).isEqualTo(1.5f);
    assertThat(output('c', char.class)).isEqualTo('c');
    assertThat(output(true, boolean.class)).isTrue();
    assertThat(output("text", String.class)).isEqualTo("text");
  }

  private static <T> T output(Object value, Class<T> type) {
    DataConverter converter = DataConverter.jackson();
    EncodedValue output = new EncodedValue(converter.encode(value), converter);
    return new InstanceStatus("x", InstanceState.COMPLETED, 1, "o", output, null, List.of())
        .output(type);
  }

  /** Without a word on how to tell them apart. */
  sealed interface Bare {}

  record BareCircle(int radius) implements Bare {}

  /** As the error says. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
  sealed interface Shape {}

  record Circle(int radius) implements Shape {}

  record Square(int side) implements Shape {}

  @Test
  void sealedTypesWorkWithOneAnnotationAndTheErrorSaysSo() throws Exception {
    String json = DataConverter.jackson().encode(new BareCircle(1));
    assertThatThrownBy(() -> DataConverter.jackson().decode(json, Bare.class))
        .isInstanceOf(DataConversionException.class)
        .hasMessageContaining("ValuesTest$Bare is sealed")
        .hasMessageContaining("@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)");
    assertThatItComesThrough(
        IntStream.of(1, 2)
            .<Shape>mapToObj(i -> i == 1 ? new Circle(i) : new Square(i))
            .toList()
            .getFirst(),
        new TypeRef<Shape>() {});
  }

  @Test
  void aMapperOfTheUserThatCannotReadWhatItWritesIsRefusedWhenItWrites() {
    DataConverter theirs = new JacksonDataConverter(new JsonMapper());
    for (Object value : List.of(BigInteger.TEN.pow(1_500), Map.of("n".repeat(50_001), 1))) {
      assertThatThrownBy(() -> theirs.encode(value)).isInstanceOf(DataConversionException.class);
    }
    Map<String, BigInteger> fits = Map.of("n".repeat(50_000), BigInteger.TEN.pow(900));
    assertThat(theirs.decode(theirs.encode(fits), new TypeRef<Map<String, BigInteger>>() {}.type()))
        .isEqualTo(fits);
  }

  @Test
  void aMapperThatWritesNoJsonIsRefusedWhenItWrites() {
    DataConverter loose =
        new JacksonDataConverter(
            JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build());
    HoldfastClient other = work(b -> b.dataConverter(loose)).client();
    assertThatThrownBy(() -> other.raise("x", "e", Double.NaN))
        .isInstanceOf(DataConversionException.class);
    other.raise("x", "e", 1.5, RaiseOptions.defaults().waitingForStart());
  }
}
