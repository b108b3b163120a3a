// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each engine that is broken in one way is noticed by the test that is named for it, and the
 * unbroken one passes these tests. One that waits for ever is noticed too: what it passes in a
 * moment otherwise has not ended then.
 */
class EngineMutantsIT {

  private static final int THREADS = 4;

  /** Of a test that passes unbroken in about a second. */
  private static final Duration BROKEN = Duration.ofSeconds(10);

  private static final Duration UNBROKEN = Duration.ofSeconds(60);
  private static final Map<EngineMutant, Future<@Nullable String>> RUNS = new LinkedHashMap<>();
  private static final Map<String, Future<@Nullable String>> UNTOUCHED = new LinkedHashMap<>();
  @TempDir static Path directory;

  @BeforeAll
  static void runAll() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      for (EngineMutant mutant : EngineMutants.all()) {
        UNTOUCHED.computeIfAbsent(
            mutant.tests().getSimpleName() + "." + mutant.killer(),
            test ->
                threads.submit(
                    () -> run(mutant.tests(), mutant.killer(), Tampering.NONE, UNBROKEN)));
        RUNS.put(
            mutant,
            threads.submit(() -> run(mutant.tests(), mutant.killer(), mutant.tampering(), BROKEN)));
      }
    } finally {
      threads.shutdown();
      threads.awaitTermination(9, TimeUnit.MINUTES);
    }
  }

  /** Runs one test; returns what it found, null when it passed. */
  private static @Nullable String run(
      Class<?> tests, String test, Tampering tampering, Duration limit) throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Future<@Nullable String> running =
          one.submit(() -> tampering.during((Callable<@Nullable String>) () -> found(tests, test)));
      try {
        return running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        running.cancel(true);
        return "it does not end";
      } catch (ExecutionException e) {
        throw new AssertionError(tests.getSimpleName() + "." + test + " cannot be run", e);
      }
    }
  }

  private static @Nullable String found(Class<?> tests, String test) throws Exception {
    Object instance = tests.getDeclaredConstructor().newInstance();
    Field place = member(tests, type -> type.getDeclaredField("directory"));
    place.setAccessible(true);
    place.set(instance, Files.createTempDirectory(directory, "store"));
    invoke(instance, "openStore");
    try {
      invoke(instance, test);
      return null;
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    } finally {
      Thread.interrupted();
      invoke(instance, "closeStore");
    }
  }

  private static void invoke(Object instance, String name) throws Exception {
    Method method = member(instance.getClass(), type -> type.getDeclaredMethod(name));
    method.setAccessible(true);
    method.invoke(instance);
  }

  private interface Finder<T> {
    T in(Class<?> type) throws ReflectiveOperationException;
  }

  private static <T> T member(Class<?> type, Finder<T> finder) throws ReflectiveOperationException {
    List<ReflectiveOperationException> nowhere = new ArrayList<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        return finder.in(each);
      } catch (NoSuchFieldException | NoSuchMethodException e) {
        nowhere.add(e);
      }
    }
    throw nowhere.getFirst();
  }

  @TestFactory
  Stream<DynamicTest> theUnbrokenEnginePasses() {
    return UNTOUCHED.entrySet().stream()
        .map(run ->
            DynamicTest.dynamicTest(run.getKey(), () -> assertThat(run.getValue().get()).isNull()));
  }

  @TestFactory
  Stream<DynamicTest> eachMutantIsNoticed() {
    return RUNS.entrySet().stream()
        .map(run ->
            DynamicTest.dynamicTest(
                run.getKey() + ": " + run.getKey().killer(),
                () -> assertThat(run.getValue().get()).as(run.getKey().what()).isNotNull()));
  }

  @Test
  void namesAreUnique() {
    assertThat(EngineMutants.all()).extracting(EngineMutant::name).doesNotHaveDuplicates();
    assertThat(EngineMutants.all()).hasSizeGreaterThanOrEqualTo(20);
  }
}
