// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.runtime.Orchestration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The application: its orchestration is a bean, its activity a method of one. */
@SpringBootApplication
public class GreetingsApplication {

  public static void main(String[] args) {
    SpringApplication.run(GreetingsApplication.class, args);
  }

  @Bean
  Orchestration<Guest, Greetings> welcome() {
    return GreetingFlow.WELCOME;
  }
}
