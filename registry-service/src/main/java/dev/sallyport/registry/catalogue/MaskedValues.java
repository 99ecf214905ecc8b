package dev.sallyport.registry.catalogue;

import dev.sallyport.kit.secret.SecretReference;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values of headers and of the environment may be secrets. Whoever lists servers sees references as
 * they are and {@code ***} for everything else; {@code ***} put back means the value that is kept.
 * Only executors get the values themselves.
 */
final class MaskedValues {

  static final String MASK = "***";

  private MaskedValues() {}

  static ServerDefinition mask(ServerDefinition definition) {
    return mapped(definition, (name, value) -> isReference(value) ? value : MASK);
  }

  /** The definition with {@code ***} replaced by what {@code kept} has in the same place. */
  static ServerDefinition unmask(ServerDefinition given, ServerDefinition kept) {
    Map<String, String> values = values(kept);
    return mapped(
        given,
        (name, value) -> {
          if (!value.equals(MASK)) {
            return value;
          }
          String before = values.get(name);
          if (before == null) {
            throw ServerRules.invalid(
                "Server "
                    + given.getName()
                    + ": *** stands for a value that is kept, and "
                    + name
                    + " has none; give its value.");
          }
          return before;
        });
  }

  private static boolean isReference(String value) {
    try {
      return SecretReference.parse(value).isReference();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Map<String, String> values(ServerDefinition definition) {
    return switch (definition.getTransportCase()) {
      case STDIO -> definition.getStdio().getEnvMap();
      case HTTP -> definition.getHttp().getHeadersMap();
      case SSE -> definition.getSse().getHeadersMap();
      case TRANSPORT_NOT_SET -> Map.of();
    };
  }

  private interface Mapping {
    String map(String name, String value);
  }

  private static ServerDefinition mapped(ServerDefinition definition, Mapping mapping) {
    Map<String, String> mapped = new LinkedHashMap<>();
    values(definition).forEach((name, value) -> mapped.put(name, mapping.map(name, value)));
    ServerDefinition.Builder copy = definition.toBuilder();
    switch (definition.getTransportCase()) {
      case STDIO -> copy.getStdioBuilder().clearEnv().putAllEnv(mapped);
      case HTTP -> copy.getHttpBuilder().clearHeaders().putAllHeaders(mapped);
      case SSE -> copy.getSseBuilder().clearHeaders().putAllHeaders(mapped);
      case TRANSPORT_NOT_SET -> {}
    }
    return copy.build();
  }
}
