// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.TypeRef;
import dev.holdfast.spring.ActivityBean;
import dev.holdfast.spring.HoldfastActivity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** Finds the methods that are activities. */
final class ActivityMethods {

  private ActivityMethods() {}

  static List<ActivityBean<?, ?>> in(ConfigurableListableBeanFactory factory) {
    List<ActivityBean<?, ?>> found = new ArrayList<>();
    for (String name : factory.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type =
          ScopedProxyUtils.isScopedTarget(name)
              ? null // its proxy is a bean as well
              : AutoProxyUtils.determineTargetClass(factory, name);
      if (type != null && AnnotationUtils.isCandidateClass(type, HoldfastActivity.class)) {
        methodsOf(type)
            .forEach((method, activity) ->
                found.add(activity(factory, name, type, method, activity.value())));
      }
    }
    return found;
  }

  private static Map<Method, HoldfastActivity> methodsOf(Class<?> type) {
    if (type.getName().startsWith("org.springframework.")) {
      return Map.of();
    }
    return MethodIntrospector.selectMethods(
        type,
        (MethodIntrospector.MetadataLookup<@Nullable HoldfastActivity>)
            method -> AnnotatedElementUtils.findMergedAnnotation(method, HoldfastActivity.class));
  }

  private static ActivityBean<?, ?> activity(
      ConfigurableListableBeanFactory factory,
      String bean,
      Class<?> type,
      Method method,
      String name) {
    Class<?>[] parameters = method.getParameterTypes();
    int[] inputs =
        IntStream.range(0, parameters.length)
            .filter(i -> parameters[i] != ActivityContext.class)
            .toArray();
    if (inputs.length > 1 || parameters.length - inputs.length > 1) {
      throw new IllegalStateException(
          "the activity \"%s\", %s, takes its input and the ActivityContext, and nothing else; put several values into a record"
              .formatted(name, method));
    }
    Type input = inputs.length == 0 ? Void.class : method.getGenericParameterTypes()[inputs[0]];
    Class<?> beanType = factory.getType(bean);
    Method invocable = AopUtils.selectInvocableMethod(method, beanType == null ? type : beanType);
    ReflectionUtils.makeAccessible(invocable);
    return new ActivityBean<@Nullable Object, @Nullable Object>(
        Activity.named(name, typeRef(input, type), typeRef(method.getGenericReturnType(), type)),
        (context, value) ->
            invoke(invocable, factory.getBean(bean), arguments(parameters, context, value)));
  }

  @SuppressWarnings("unchecked") // values of whatever type go through as they are
  private static TypeRef<@Nullable Object> typeRef(Type type, Class<?> owner) {
    Type resolved = GenericTypeResolver.resolveType(type, owner);
    Type boxed =
        resolved instanceof Class<?> plain
            ? ClassUtils.resolvePrimitiveIfNecessary(plain)
            : resolved;
    return (TypeRef<@Nullable Object>) TypeRef.of(boxed);
  }

  private static @Nullable Object[] arguments(
      Class<?>[] parameters, ActivityContext context, @Nullable Object input) {
    @Nullable Object[] arguments = new @Nullable Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      arguments[i] = parameters[i] == ActivityContext.class ? context : input;
    }
    return arguments;
  }

  private static @Nullable Object invoke(Method method, Object bean, @Nullable Object[] arguments)
      throws Exception {
    try {
      return method.invoke(bean, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case Exception failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw e;
      }
    }
  }
}
