// SPDX-License-Identifier: Apache-2.0
package com.example.greetings;

import dev.holdfast.runtime.Holdfast;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The application: one bean is all that Holdfast needs. */
@SpringBootApplication
public class GreetingsApplication {

  public static void main(String[] args) {
    SpringApplication.run(GreetingsApplication.class, args);
  }

  /** The worker; Spring closes what it can close. */
  @Bean
  Holdfast holdfast(@Value("${holdfast.url}") String url) {
    return Holdfast.builder(url)
        .activity(GreetingFlow.GREET, (ctx, guest) -> "Hello, " + guest.name() + "!")
        .orchestration(GreetingFlow.WELCOME)
        .closeOnShutdown(false) // Spring closes it, after the last request
        .start();
  }
}
